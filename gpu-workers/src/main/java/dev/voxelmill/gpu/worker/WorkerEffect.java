package dev.voxelmill.gpu.worker;

import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.WorkerReport;

/** What a worker does because of a decision of {@link WorkerState}. */
sealed interface WorkerEffect {
  /** Give the device this attempt. */
  record Begin(Assignment assignment) implements WorkerEffect {}

  /** Take the device from the attempt after its current step and keep nothing. */
  record Halt(AttemptRef attempt) implements WorkerEffect {}

  /** Let the attempt finish its step, checkpoint and give the device back. */
  record Release(AttemptRef attempt) implements WorkerEffect {}

  /** Let the attempt complete after its current step with what there is, if it can. */
  record Finish(AttemptRef attempt) implements WorkerEffect {}

  /** Tell the device that the owner knows a checkpoint of the attempt. */
  record Confirm(AttemptRef attempt, CheckpointManifest manifest) implements WorkerEffect {}

  /**
   * Tell the owner of a partition about an attempt.
   *
   * @param number see {@link dev.voxelmill.protocols.worker.OwnerMessage.FromWorker#number()}
   */
  record Tell(int partition, AttemptRef attempt, long number, WorkerReport report)
      implements WorkerEffect {}

  /** Nothing is left to do or to tell: the process may leave. */
  record Leave() implements WorkerEffect {}
}
