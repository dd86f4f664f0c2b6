package dev.voxelmill.storage.topics;

/** A topic exists with a number of partitions that this configuration contradicts. */
public final class TopicMismatchException extends RuntimeException {
  TopicMismatchException(String topic, int actual, int expected) {
    super(
        "partitions of "
            + topic
            + ": "
            + actual
            + " (expected: "
            + expected
            + ", a number fixed for life; fix: set topics.partitions = "
            + actual
            + " in conf/storage.conf, or choose another topics.prefix)");
  }
}
