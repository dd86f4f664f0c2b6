package dev.voxelmill.actors.history;

/** What a client relies on, and the topics can show to be broken. */
public enum Promise {
  /** Every accepted job has exactly one terminal event, and it is its last. */
  ONE_END("one terminal event per accepted job"),
  /** A job's transitions are numbered from 1 without a gap, in the order of the log. */
  SEQUENCE("sequence gapless and monotone"),
  /** An asset is there exactly for a job that succeeded, and every file is what its hash says. */
  ASSET("asset hash = bytes = manifest"),
  /** Two jobs that asked for the same and were not marked by trouble have the same files. */
  SAME_BYTES("equal requests give equal bytes"),
  /** No attempt was ever granted to two workers. */
  ONE_HOLDER("no two workers granted one attempt"),
  /** A stored state follows from the one before it: nothing is forgotten, no attempt returns. */
  STATE("states only move forward"),
  /** No record is lost to the brokers' disks; about a chunk of a checkpoint there is a remark. */
  READABLE("what was written can be read"),
  /** Every submission became a validated request or a dead letter, every request a job. */
  NOTHING_LOST("every submission answered"),
  /** Every command has one outcome, however often it is told. */
  ONE_ANSWER("one outcome per command"),
  /** A job whose cancel was confirmed has ended by a cancel. */
  CANCEL_IS_FINAL("a cancelled job stays cancelled"),
  /** Durable progress of a stage never goes back, and no earlier attempt adds to it. */
  PROGRESS("progress only advances, none of an attempt that was replaced"),
  /** What is durable is not computed again. */
  RESUME("a new attempt resumes at the newest durable step"),
  /** A finished job occupies no space on {@code checkpoints}. */
  SWEPT("checkpoints of finished jobs are deleted");

  private final String words;

  Promise(String words) {
    this.words = words;
  }

  /** The promise as people read it. */
  public String words() {
    return words;
  }
}
