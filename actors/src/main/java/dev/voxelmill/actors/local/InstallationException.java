package dev.voxelmill.actors.local;

/** An installation that could not be brought up; the message names the part and its log. */
public final class InstallationException extends Exception {
  InstallationException(String message, Throwable cause) {
    super(message, cause);
  }

  InstallationException(String message) {
    super(message);
  }
}
