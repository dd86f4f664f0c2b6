package dev.voxelmill.protocols.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Finds and reads the files of {@code conf/}. A system property of the same name wins over a file,
 * so that {@code -Dbroker.io-threads=4} changes one value for one process.
 */
public final class ConfFile {
  /** System property: the directory that holds the files; default {@code conf} in the home. */
  public static final String CONF = "voxelmill.conf";

  /** System property: the directory of the installation; default the working directory. */
  public static final String HOME = "voxelmill.home";

  private ConfFile() {}

  /** The configuration directory of this process. */
  public static Path directory() {
    String explicit = System.getProperty(CONF);
    return explicit != null
        ? Path.of(explicit)
        : Path.of(System.getProperty(HOME, "")).resolve("conf").toAbsolutePath();
  }

  /** Reads one file of {@link #directory}, system properties first; it must exist and parse. */
  public static Config read(String name) {
    Path file = directory().resolve(name);
    if (!Files.isReadable(file)) {
      throw new InvalidConfigException(
          "configuration file: "
              + file
              + " (expected: a readable file; fix: set -D"
              + HOME
              + " to the installation)");
    }
    try {
      return ConfigFactory.systemProperties()
          .withFallback(
              ConfigFactory.parseFile(
                  file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false)))
          .resolve();
    } catch (ConfigException e) {
      throw new InvalidConfigException(
          "configuration file: " + file + " (expected: HOCON; fix: " + e.getMessage() + ")", e);
    }
  }
}
