package dev.voxelmill.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** A file system of its own in memory, which a test can fill and empty again. */
final class SmallDisk implements AutoCloseable {
  private final Path path;
  private final Path filler;

  private SmallDisk(Path path) {
    this.path = path;
    this.filler = path.resolve("filler");
  }

  /**
   * Mounts one, or skips the test where that is not allowed.
   *
   * @param size as {@code mount} understands it, such as {@code 64m}
   */
  static SmallDisk mount(String size) throws IOException, InterruptedException {
    Path at = Files.createTempDirectory("voxelmill-disk-");
    int code =
        new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=" + size, "faults", at.toString())
            .start()
            .waitFor();
    Assumptions.assumeTrue(
        code == 0, "a file system of its own cannot be mounted here (expected: root)");
    return new SmallDisk(at);
  }

  Path path() {
    return path;
  }

  /** Takes what is left, and what was given back since the last time. */
  void fill() throws IOException, InterruptedException {
    int code =
        new ProcessBuilder(
                "dd", "if=/dev/zero", "of=" + filler, "bs=64k", "oflag=append", "conv=notrunc")
            .start()
            .waitFor();
    assertEquals(1, code, "dd should have met the end of the disk");
    requireFull();
  }

  /** Fails unless not even a byte has room. */
  void requireFull() throws IOException {
    Path probe = path.resolve("probe");
    try {
      Files.write(probe, new byte[] {1});
    } catch (IOException e) {
      assertTrue(String.valueOf(e.getMessage()).contains("No space left"), e.getMessage());
      return;
    } finally {
      Files.deleteIfExists(probe);
    }
    throw new AssertionError(path + ": has room");
  }

  /** Gives back what {@link #fill} took. */
  void free() throws IOException {
    Files.delete(filler);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    new ProcessBuilder("umount", "-l", path.toString()).start().waitFor();
    Files.delete(path);
  }
}
