package dev.voxelmill.protocols.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Finds and reads the files of {@code conf/}. The values of a profile win over those of a file, and
 * a system property of the same name wins over both, so that {@code -Dbroker.io-threads=4} changes
 * one value for one process.
 */
public final class ConfFile {
  /** System property: the directory that holds the files; default {@code conf} in the home. */
  public static final String CONF = "voxelmill.conf";

  /** System property: the directory of the installation; default the working directory. */
  public static final String HOME = "voxelmill.home";

  /** System property: which file of {@code conf/profiles} is used; default {@link #FAST}. */
  public static final String PROFILE = "voxelmill.profile";

  /** Environment variable with the same meaning, where the property is not set. */
  public static final String PROFILE_VARIABLE = "VOXELMILL_PROFILE";

  /** The profile of one machine. */
  public static final String FAST = "fast";

  private static final String LEGAL_PROFILE = "[a-z0-9][a-z0-9-]{0,63}";

  private ConfFile() {}

  /** The configuration directory of this process. */
  public static Path directory() {
    String explicit = System.getProperty(CONF);
    return explicit != null
        ? Path.of(explicit)
        : Path.of(System.getProperty(HOME, "")).resolve("conf").toAbsolutePath();
  }

  /** The profile of this process. */
  public static String profile() {
    String fromEnvironment = System.getenv(PROFILE_VARIABLE);
    return System.getProperty(PROFILE, fromEnvironment == null ? FAST : fromEnvironment);
  }

  /** Reads one file of {@link #directory} under the profile; both must exist and parse. */
  public static Config read(String name) {
    String profile = profile();
    if (!profile.matches(LEGAL_PROFILE)) {
      throw new InvalidConfigException(
          "profile: '%s' (expected: a file of conf/profiles, without .conf; fix: --profile)"
              .formatted(profile));
    }
    try {
      return ConfigFactory.systemProperties()
          .withFallback(parse(directory().resolve("profiles").resolve(profile + ".conf")))
          .withFallback(parse(directory().resolve(name)))
          .resolve();
    } catch (ConfigException e) {
      throw unparsable(directory().resolve(name), e);
    }
  }

  private static Config parse(Path file) {
    if (!Files.isReadable(file)) {
      throw new InvalidConfigException(
          "configuration file: "
              + file
              + " (expected: a readable file; fix: set -D"
              + HOME
              + " to the installation)");
    }
    try {
      return ConfigFactory.parseFile(
          file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
    } catch (ConfigException e) {
      throw unparsable(file, e);
    }
  }

  private static InvalidConfigException unparsable(Path file, ConfigException cause) {
    return new InvalidConfigException(
        "configuration file: " + file + " (expected: HOCON; fix: " + cause.getMessage() + ")",
        cause);
  }
}
