package dev.voxelmill.gpu.worker;

import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.storage.blob.BlobStore;
import dev.voxelmill.storage.checkpoint.CheckpointKey;
import dev.voxelmill.storage.checkpoint.CheckpointStore;
import java.util.concurrent.CompletionStage;

/** The topics {@code checkpoints} and {@code blobs} as a worker uses them. */
record KafkaArchive(CheckpointStore checkpoints, BlobStore blobs) implements Archive {
  @Override
  public CompletionStage<byte[]> read(JobId job, CheckpointManifest manifest) {
    return checkpoints.read(job, manifest);
  }

  @Override
  public CompletionStage<byte[]> read(BlobRef blob) {
    return blobs.get(blob);
  }

  @Override
  public CompletionStage<CheckpointManifest> write(Label label, byte[] payload) {
    AttemptRef attempt = label.attempt();
    CheckpointKey key =
        new CheckpointKey(
            attempt.task().job(), attempt.task().task(), attempt.attempt(), label.number());
    return checkpoints.write(key, label.nextStep(), label.deviceClass(), payload);
  }

  @Override
  public CompletionStage<BlobRef> write(byte[] content) {
    return blobs.put(content);
  }
}
