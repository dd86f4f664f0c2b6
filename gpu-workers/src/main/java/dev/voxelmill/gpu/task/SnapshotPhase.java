package dev.voxelmill.gpu.task;

/** How far the storing of a snapshot is. */
public enum SnapshotPhase {
  /** It is copied off the device; nothing of it is written. */
  TAKEN,
  /** All of it is durable; nobody but this worker knows of it. */
  STORED,
  /** The owner has put its manifest into the job's record: it exists. */
  CONFIRMED
}
