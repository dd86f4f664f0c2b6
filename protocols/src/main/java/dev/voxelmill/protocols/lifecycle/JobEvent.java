package dev.voxelmill.protocols.lifecycle;

import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerReport;

/** What can happen to an active job. */
public sealed interface JobEvent {
  /** The task that it happened to. */
  String task();

  /** Placement found a worker and the owner wants to grant it the next attempt. */
  record Granted(String task, WorkerId worker) implements JobEvent {}

  /** A worker spoke about an attempt. */
  record Reported(String task, int attempt, WorkerId worker, WorkerReport report)
      implements JobEvent {}

  /** The lease of an attempt ended in silence. */
  record WorkerLost(String task, int attempt, WorkerId worker) implements JobEvent {}
}
