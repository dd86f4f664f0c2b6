package dev.voxelmill.actors.cli;

/** An expected end of a command: what to say on standard error, and the exit code. */
final class CommandException extends Exception {
  private final Exit exit;

  CommandException(Exit exit, String message) {
    super(message);
    this.exit = exit;
  }

  Exit exit() {
    return exit;
  }
}
