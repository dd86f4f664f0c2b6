package dev.voxelmill.storage.topics;

import dev.voxelmill.protocols.geometry.ByteSize;
import dev.voxelmill.protocols.topic.Topic;

/** The largest record that each topic takes: key, headers, value and Kafka's own framing. */
public final class TopicLimits {
  /** The largest request that any producer of records may send; the largest topic's and some. */
  public static final ByteSize LARGEST_REQUEST = ByteSize.parse("14MiB");

  private TopicLimits() {}

  /** The limit of one topic. */
  public static ByteSize maxMessage(Topic topic) {
    return ByteSize.parse(
        switch (topic) {
          // A picture of 8 MiB in Base64 and its request.
          case REQUESTS -> "12MiB";
          case COMMANDS, JOBS -> "64KiB";
          case INTAKE, EVENTS -> "256KiB";
          // Twice a chunk.
          case CHECKPOINTS, BLOBS -> "2MiB";
          // An inline GLB of 512 KiB in Base64 and a long manifest.
          case ASSETS -> "2MiB";
          // A refused request and the headers that say why.
          case DEAD_LETTERS -> "13MiB";
          case FLEET -> "1MiB";
        });
  }
}
