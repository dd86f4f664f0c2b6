package dev.voxelmill.protocols.lifecycle;

import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerReport;

/** What can happen to a job. */
public sealed interface JobEvent {
  /** Something happened to one of its tasks. */
  sealed interface OfTask extends JobEvent {
    /** The task's name. */
    String task();
  }

  /** Placement found a worker and the owner wants to grant it the next attempt. */
  record Granted(String task, WorkerId worker) implements OfTask {}

  /** A worker spoke about an attempt. */
  record Reported(String task, int attempt, WorkerId worker, WorkerReport report)
      implements OfTask {}

  /** The lease of an attempt ended in silence. */
  record WorkerLost(String task, int attempt, WorkerId worker) implements OfTask {}

  /** A client wants something changed. */
  record Ordered(JobCommand command) implements JobEvent {}

  /** It is later than {@link JobState#wakesAt()}. */
  record TimePassed() implements JobEvent {}
}
