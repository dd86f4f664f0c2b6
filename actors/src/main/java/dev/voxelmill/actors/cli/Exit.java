package dev.voxelmill.actors.cli;

/** Exit codes, the same for every command. */
enum Exit {
  /** Done; for a job that was waited for: it succeeded. */
  OK(0, "done"),
  /** The operation or the job that was waited for failed, or a submission was rejected. */
  FAILED(1, "the job or the operation failed"),
  /** Unknown command or option, or a value that cannot be read. */
  USAGE(2, "wrong usage"),
  /** No such job, worker or file. */
  NOT_FOUND(3, "not found"),
  /** The broker does not answer, or the time is up. */
  UNREACHABLE(4, "the broker does not answer or the time is up");

  private final int code;
  private final String meaning;

  Exit(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  int code() {
    return code;
  }

  String meaning() {
    return meaning;
  }
}
