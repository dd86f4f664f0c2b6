package dev.voxelmill.simulation;

/** A bug put into the imitated part, to see that the simulation finds bugs of its kind. */
enum Sabotage {
  NONE,
  /** An owner acts before its decision is durable. */
  EFFECTS_BEFORE_COMMIT,
  /** The log takes what a fenced owner writes. */
  NO_FENCING,
  /** A report is taken for one of the current attempt, whichever attempt sent it. */
  STALE_REPORTS_ACCEPTED,
  /** The newest checkpoint is deleted with those that are not needed any more. */
  NEEDED_CHECKPOINTS_DROPPED,
  /** A worker tells what it has finished only once. */
  REPORTS_NOT_REPEATED,
  /** The intake's offset is kept before the job is. */
  INTAKE_BEFORE_STATE,
  /** A worker begins at step 0 whatever was saved. */
  CHECKPOINTS_IGNORED,
  /** What unknown jobs have left is deleted whenever, not in the transaction of who decided it. */
  ORPHANS_ERASED_OUTSIDE_TRANSACTIONS
}
