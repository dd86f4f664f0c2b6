package dev.voxelmill.actors.owner;

import dev.voxelmill.protocols.geometry.ByteSize;
import dev.voxelmill.protocols.job.FileRef;
import dev.voxelmill.protocols.lifecycle.JobEvent;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.worker.OwnerMessage.FromWorker;
import dev.voxelmill.protocols.worker.TaskOutput;
import dev.voxelmill.protocols.worker.WorkerReport;
import java.util.Optional;

/** What a worker's report means to the owner of the job. */
final class WorkerWord {
  private WorkerWord() {}

  /** The report as the job hears it. */
  static JobEvent.Reported asEvent(FromWorker message) {
    return new JobEvent.Reported(
        message.task().task(), message.attempt(), message.worker(), message.report());
  }

  /** Whether it comes from the worker that holds the task now, about its present attempt. */
  static boolean isLive(FromWorker message, JobState state) {
    return state instanceof JobState.Active active
        && active
            .task(message.task().task())
            .filter(task -> task.attempt() == message.attempt())
            .flatMap(task -> task.status().holder())
            .equals(Optional.of(message.worker()));
  }

  /**
   * Whether its worker can take another task. One that refused is busy, and one that fell silent
   * may be dead: those two must not be free.
   */
  static boolean freesWorker(WorkerReport report) {
    return switch (report) {
      case WorkerReport.Completed ended -> true;
      case WorkerReport.Failed ended -> true;
      case WorkerReport.Released ended -> true;
      case WorkerReport.Started live -> false;
      case WorkerReport.Running live -> false;
      case WorkerReport.Previewed live -> false;
      case WorkerReport.Checkpointed live -> false;
      case WorkerReport.CheckpointRejected live -> false;
      case WorkerReport.Refused busy -> false;
    };
  }

  /** The GLB among the files that a finished task made, if it is small enough to go inline. */
  static Optional<FileRef> inlineGlb(WorkerReport report, ByteSize limit) {
    return report instanceof WorkerReport.Completed completed
            && completed.output() instanceof TaskOutput.Files files
        ? files.files().stream()
            .filter(file -> file.mediaType().equals("model/gltf-binary"))
            .filter(file -> file.blob().size() <= limit.bytes())
            .findFirst()
        : Optional.empty();
  }
}
