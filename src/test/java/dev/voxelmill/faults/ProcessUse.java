package dev.voxelmill.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a process holds, once its heap has been collected.
 *
 * @param heap bytes in use, by {@code jcmd}
 * @param resident bytes of memory that are resident, by the kernel
 * @param threads of the process, native ones included
 */
record ProcessUse(long heap, long resident, int threads) {
  /** The serial collector compacts all of the heap only each fourth time. */
  private static final int FULL_COLLECTIONS = 4;

  /** Two lines, one for each generation. */
  private static final Pattern GENERATION = Pattern.compile("total \\d+K, used (\\d+)K");

  private static final long KIB = 1024;

  static ProcessUse of(Part part) {
    for (int collection = 0; collection < FULL_COLLECTIONS; collection++) {
      jcmd(part, "GC.run");
    }
    long heap =
        GENERATION
            .matcher(jcmd(part, "GC.heap_info"))
            .results()
            .mapToLong(generation -> Long.parseLong(generation.group(1)) * KIB)
            .sum();
    if (heap == 0) {
      throw new AssertionError(part.name() + ": no generations in GC.heap_info");
    }
    return new ProcessUse(
        heap, number(part, "VmRSS") * KIB, Math.toIntExact(number(part, "Threads")));
  }

  private static long number(Part part, String field) {
    try {
      String status = Files.readString(Path.of("/proc/" + part.pid() + "/status"));
      Matcher line = Pattern.compile("(?m)^" + field + ":\\s+(\\d+)").matcher(status);
      if (!line.find()) {
        throw new AssertionError(part.name() + ": no " + field + " in\n" + status);
      }
      return Long.parseLong(line.group(1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String jcmd(Part part, String command) {
    try {
      Process jcmd =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                  Long.toString(part.pid()),
                  command)
              .redirectErrorStream(true)
              .start();
      String answer = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (jcmd.waitFor() != 0) {
        throw new AssertionError(part.name() + ": jcmd " + command + ": " + answer);
      }
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** In megabytes and threads. */
  @Override
  public String toString() {
    return "%.1f MB heap, %.0f MB resident, %d threads"
        .formatted(heap / 1e6, resident / 1e6, threads);
  }
}
