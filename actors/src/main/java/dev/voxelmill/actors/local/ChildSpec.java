package dev.voxelmill.actors.local;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One child: the launcher's command and its options.
 *
 * @param name unique in the installation, such as {@code worker-2}; names the log file
 * @param command such as {@code worker}
 * @param options what follows it
 * @param settings system properties that take the place of values in {@code conf}
 */
record ChildSpec(String name, String command, List<String> options, Map<String, String> settings) {
  ChildSpec {
    options = List.copyOf(options);
    settings = Map.copyOf(settings);
  }

  /** A child with the values of {@code conf}. */
  ChildSpec(String name, String command, List<String> options) {
    this(name, command, options, Map.of());
  }

  /** The settings as options of the JVM, after those that it would have been given anyway. */
  String jvmOptions(String given) {
    StringBuilder text = new StringBuilder(given);
    new TreeMap<>(settings)
        .forEach((key, value) -> text.append(" -D").append(key).append('=').append(value));
    return text.toString().strip();
  }

  /** The whole command line; every child is told to watch its standard input. */
  List<String> commandLine(String launcher) {
    List<String> words = new ArrayList<>(List.of(launcher, command));
    words.addAll(options);
    words.add("--stop-on-stdin-close");
    return words;
  }
}
