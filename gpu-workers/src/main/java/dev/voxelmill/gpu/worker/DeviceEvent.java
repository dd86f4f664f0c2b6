package dev.voxelmill.gpu.worker;

import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.worker.TaskOutput;
import dev.voxelmill.protocols.worker.WorkerReport.Progress;
import java.util.List;

/** What the device tells the protocol actor about the attempt that holds it. */
sealed interface DeviceEvent {
  AttemptRef attempt();

  /** Inputs are read, the state is on the device, the first step begins. */
  record Started(AttemptRef attempt) implements DeviceEvent {}

  /** Steps were done; sent a few times a second at most. */
  record Progressed(AttemptRef attempt, Progress progress) implements DeviceEvent {}

  /** A picture of the state is stored. */
  record Previewed(AttemptRef attempt, long step, BlobRef picture) implements DeviceEvent {}

  /** A snapshot is stored. */
  record Checkpointed(AttemptRef attempt, CheckpointManifest manifest) implements DeviceEvent {}

  /** A checkpoint that the assignment names cannot be gone on from. */
  record CheckpointRejected(AttemptRef attempt, CheckpointManifest manifest, String reason)
      implements DeviceEvent {}

  /** The result is stored; the device is free. */
  record Completed(AttemptRef attempt, TaskOutput output, TaskOutput.Cost cost)
      implements DeviceEvent {}

  /** The attempt cannot go on; the device is free. */
  record Failed(AttemptRef attempt, JobFailure failure) implements DeviceEvent {}

  /** The attempt was halted and left nothing; the device is free. */
  record Halted(AttemptRef attempt) implements DeviceEvent {}

  /** The attempt was given back with at most one newer checkpoint; the device is free. */
  record Released(AttemptRef attempt, List<CheckpointManifest> checkpoints)
      implements DeviceEvent {}
}
