package dev.voxelmill.gpu.worker;

import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.storage.blob.BlobStore;
import dev.voxelmill.storage.checkpoint.CheckpointKey;
import dev.voxelmill.storage.checkpoint.CheckpointStore;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.errors.RetriableException;

/** The topics {@code checkpoints} and {@code blobs} as a worker uses them. */
record KafkaArchive(CheckpointStore checkpoints, BlobStore blobs) implements Archive {
  @Override
  public CompletionStage<byte[]> read(JobId job, CheckpointManifest manifest) {
    return named(checkpoints.read(job, manifest));
  }

  @Override
  public CompletionStage<byte[]> read(BlobRef blob) {
    return named(blobs.get(blob));
  }

  @Override
  public CompletionStage<CheckpointManifest> write(Label label, byte[] payload) {
    AttemptRef attempt = label.attempt();
    CheckpointKey key =
        new CheckpointKey(
            attempt.task().job(), attempt.task().task(), attempt.attempt(), label.number());
    return named(checkpoints.write(key, label.nextStep(), label.deviceClass(), payload))
        .thenApply(manifest -> manifest.marked(label.marks()));
  }

  @Override
  public CompletionStage<BlobRef> write(byte[] content) {
    return named(blobs.put(content));
  }

  /** Tells an answer that may still come from one that will not. */
  private static <T> CompletionStage<T> named(CompletionStage<T> stage) {
    return stage.exceptionallyCompose(
        failure -> {
          for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RetriableException) {
              return CompletableFuture.failedStage(new LogAwayException(cause));
            }
          }
          return CompletableFuture.failedStage(failure);
        });
  }
}
