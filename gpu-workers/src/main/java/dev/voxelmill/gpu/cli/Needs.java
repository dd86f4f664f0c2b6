package dev.voxelmill.gpu.cli;

import dev.voxelmill.protocols.geometry.ByteSize;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a machine must have, as pure judgements of what was measured on it. */
final class Needs {
  static final int JAVA = 21;
  static final ByteSize MEMORY = ByteSize.parse("3GiB");
  static final ByteSize DISK = ByteSize.parse("2GiB");
  private static final int[] MAVEN = {3, 8, 7};
  private static final Pattern MAVEN_VERSION = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+)");

  private Needs() {}

  static Finding java(int feature, String home) {
    String found = feature + " at " + home;
    return feature >= JAVA
        ? Finding.good("java", found)
        : Finding.broken("java", found, "install a JDK of " + JAVA + " or newer");
  }

  /** Judges the first line of {@code mvn --version}; an empty line means that none was found. */
  static Finding maven(String versionLine) {
    Matcher match = MAVEN_VERSION.matcher(versionLine);
    if (!match.find()) {
      return Finding.limited("maven", "not found", "install Apache Maven 3.8.7 or newer to build");
    }
    for (int i = 0; i < MAVEN.length; i++) {
      int part = Integer.parseInt(match.group(i + 1));
      if (part > MAVEN[i]) {
        break;
      }
      if (part < MAVEN[i]) {
        return Finding.broken("maven", match.group(), "install Apache Maven 3.8.7 or newer");
      }
    }
    return Finding.good("maven", match.group());
  }

  static Finding platform(String system, String architecture) {
    String found = system + " " + architecture;
    boolean linux = system.equals("Linux") && Set.of("amd64", "x86_64").contains(architecture);
    return linux
        ? Finding.good("platform", found)
        : Finding.broken(
            "platform", found, "run on Linux x86-64, the one platform whose libtorch is built in");
  }

  /** Judges the flags of the first processor; the determinism contract pins AVX2 kernels. */
  static Finding processor(Set<String> flags, int cores) {
    return flags.contains("avx2")
        ? Finding.good("processor", cores + " cores with AVX2")
        : Finding.broken(
            "processor",
            cores + " cores without AVX2",
            "use a processor with AVX2: the cpu device class is defined by it");
  }

  static Finding memory(long availableBytes) {
    ByteSize available = new ByteSize(availableBytes);
    return available.compareTo(MEMORY) >= 0
        ? Finding.good("memory", available + " available")
        : Finding.limited(
            "memory",
            available + " available",
            "free some: broker, supervisor and one worker want " + MEMORY);
  }

  static Finding disk(String subject, String directory, long freeBytes) {
    ByteSize free = new ByteSize(freeBytes);
    String found = free + " free in " + directory;
    return free.compareTo(DISK) >= 0
        ? Finding.good(subject, found)
        : Finding.broken(subject, found, "free at least " + DISK + " there");
  }
}
