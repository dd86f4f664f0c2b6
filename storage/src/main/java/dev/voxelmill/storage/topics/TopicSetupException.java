package dev.voxelmill.storage.topics;

/** The brokers did not answer, or refused to set the topics up. */
public final class TopicSetupException extends RuntimeException {
  TopicSetupException(String message, Throwable cause) {
    super(message, cause);
  }
}
