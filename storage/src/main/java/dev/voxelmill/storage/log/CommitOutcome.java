package dev.voxelmill.storage.log;

/**
 * What became of a batch. After {@link Fenced} and {@link Unavailable} the log is over: every
 * further batch gets the same answer, and the owner opens a new one.
 */
public sealed interface CommitOutcome {
  /** Durable; readers of committed records see all of it within moments. */
  record Committed() implements CommitOutcome {}

  /** Another owner has opened the partition since; nothing of the batch is visible, ever. */
  record Fenced() implements CommitOutcome {}

  /**
   * The brokers did not answer or refused. Whether the batch was committed shows only when the log
   * is opened again.
   */
  record Unavailable(Throwable cause) implements CommitOutcome {}

  /** The batch is not acceptable; the log goes on, and nothing of the batch was written. */
  record Refused(String reason) implements CommitOutcome {}
}
