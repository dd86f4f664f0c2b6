package dev.voxelmill.storage.chunk;

import org.apache.kafka.common.KafkaException;

/** A batch of records whose bytes have changed on the brokers' disks: reading it fails for ever. */
public final class DamagedBatch {
  private DamagedBatch() {}

  /**
   * Whether a consumer that polls has met one. It has no exception of its own for this, while
   * whatever else may happen to a poll has one.
   */
  public static boolean isCauseOf(KafkaException failure) {
    return failure.getClass() == KafkaException.class;
  }
}
