package dev.voxelmill.gpu.task;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * How much memory the process may hold, tensors and heap together. Asked before memory is taken and
 * between steps, so that a task which needs too much fails by name instead of the system killing
 * the process.
 *
 * @param limitBytes the most that may be resident
 * @param resident bytes that are resident now
 */
public record MemoryBudget(long limitBytes, LongSupplier resident) {
  /** A budget that is never exhausted. */
  public static final MemoryBudget NONE = new MemoryBudget(Long.MAX_VALUE, () -> 0);

  private static final Path STATM = Path.of("/proc/self/statm");
  private static final long PAGE_BYTES = 4096;

  /** A budget of this process, as Linux counts its resident pages. */
  public static MemoryBudget ofProcess(long limitBytes) {
    return new MemoryBudget(limitBytes, MemoryBudget::residentBytes);
  }

  /**
   * Refuses to take more than there is.
   *
   * @param what is to take it, for the message
   * @param moreBytes beyond what is resident
   * @throws MemoryExhaustedException with the sizes, when it does not fit
   */
  public void require(String what, long moreBytes) {
    long held = resident.getAsLong();
    if (held > limitBytes || moreBytes > limitBytes - held) {
      throw new MemoryExhaustedException(
          String.format(
              Locale.ROOT,
              "%s: %.1f MiB beside %.1f MiB in use (expected: at most %.1f MiB together; fix: a"
                  + " smaller batch or grid, a worker with more memory, or worker.memory)",
              what,
              mebibytes(moreBytes),
              mebibytes(held),
              mebibytes(limitBytes)));
    }
  }

  /** Whether so many bytes more fit beside what is resident. */
  public boolean has(long moreBytes) {
    return moreBytes <= limitBytes - resident.getAsLong();
  }

  /** The memory of the process that is in physical memory. */
  public static long residentBytes() {
    try {
      String counts = Files.readString(STATM); // total, resident, ... pages
      int second = counts.indexOf(' ') + 1;
      return Long.parseLong(counts.substring(second, counts.indexOf(' ', second))) * PAGE_BYTES;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + STATM, e);
    }
  }

  private static double mebibytes(long bytes) {
    return bytes / (double) (1 << 20);
  }
}
