package dev.voxelmill.actors.local;

import java.util.ArrayList;
import java.util.List;

/**
 * One child: the launcher's command and its options.
 *
 * @param name unique in the installation, such as {@code worker-2}; names the log file
 * @param command such as {@code worker}
 * @param options what follows it
 */
record ChildSpec(String name, String command, List<String> options) {
  ChildSpec {
    options = List.copyOf(options);
  }

  /** The whole command line; every child is told to watch its standard input. */
  List<String> commandLine(String launcher) {
    List<String> words = new ArrayList<>(List.of(launcher, command));
    words.addAll(options);
    words.add("--stop-on-stdin-close");
    return words;
  }
}
