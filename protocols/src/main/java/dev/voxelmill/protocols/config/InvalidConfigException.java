package dev.voxelmill.protocols.config;

/** The configuration of a process is unusable; the message is meant for the person who wrote it. */
public final class InvalidConfigException extends RuntimeException {
  InvalidConfigException(String message) {
    super(message);
  }

  InvalidConfigException(String message, Throwable cause) {
    super(message, cause);
  }
}
