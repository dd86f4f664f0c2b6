package dev.voxelmill.faults;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * The records of a broker that does not run, as they lie on its disk: segments of batches in
 * Kafka's format 2.
 */
final class BrokerDisk {
  /** Base offset and length of what follows. */
  private static final int HEAD = 12;

  private static final int LENGTH_AT = 8;
  private static final int CRC_AT = 17;
  private static final int CHECKED_FROM = 21;
  private static final int LAST_OFFSET_AT = 23;

  private final Path directory;

  /**
   * A broker's disk.
   *
   * @param directory what the broker was given as {@code --data}
   */
  BrokerDisk(Path directory) {
    this.directory = directory;
  }

  /** What becomes of a batch. */
  enum Damage {
    /** Its checksum shows it: clients refuse the batch. */
    FLIPPED_BIT,
    /** Its checksum is that of the damaged bytes: only whoever knows the contents can tell. */
    FLIPPED_BIT_UNDER_A_GOOD_CHECKSUM
  }

  /** Flips a bit in the middle of the batch in which the record of that offset lies. */
  void damage(String topic, int partition, long offset, Damage damage) throws IOException {
    for (Path segment : segments(topic + "-" + partition)) {
      try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
        if (damage(file, offset, damage)) {
          return;
        }
      }
    }
    throw new AssertionError(topic + "-" + partition + ": nothing is at offset " + offset);
  }

  private List<Path> segments(String partition) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file -> file.getParent().getFileName().toString().equals(partition))
          .filter(file -> file.toString().endsWith(".log"))
          .sorted()
          .toList();
    }
  }

  private static boolean damage(RandomAccessFile file, long offset, Damage damage)
      throws IOException {
    long at = 0;
    while (at + HEAD <= file.length()) {
      file.seek(at);
      long first = file.readLong();
      byte[] batch = new byte[HEAD + file.readInt()];
      file.seek(at);
      file.readFully(batch);
      ByteBuffer fields = ByteBuffer.wrap(batch);
      if (first <= offset && offset <= first + fields.getInt(LAST_OFFSET_AT)) {
        batch[batch.length / 2] ^= 1;
        if (damage == Damage.FLIPPED_BIT_UNDER_A_GOOD_CHECKSUM) {
          CRC32C crc = new CRC32C();
          crc.update(batch, CHECKED_FROM, batch.length - CHECKED_FROM);
          fields.putInt(CRC_AT, (int) crc.getValue());
        }
        file.seek(at);
        file.write(batch);
        return true;
      }
      at += HEAD + fields.getInt(LENGTH_AT);
    }
    return false;
  }
}
