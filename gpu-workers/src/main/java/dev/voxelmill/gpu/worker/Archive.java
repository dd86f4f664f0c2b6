package dev.voxelmill.gpu.worker;

import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.JobId;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The bytes that tasks read and leave, without their topics. Nothing here blocks the caller, so the
 * device goes on while its state is written. A stage fails with {@link LogAwayException} when
 * another try may succeed.
 */
interface Archive {
  /**
   * The payload of a manifest; fails with {@link dev.voxelmill.storage.chunk.ChunkDamagedException}
   * when a chunk is missing or damaged.
   */
  CompletionStage<byte[]> read(JobId job, CheckpointManifest manifest);

  /** The bytes of a reference; fails when a chunk is missing or the hash differs. */
  CompletionStage<byte[]> read(BlobRef blob);

  /** Stores a payload; done once every chunk is acknowledged by the log. */
  CompletionStage<CheckpointManifest> write(Label label, byte[] payload);

  /** Stores content-addressed bytes. */
  CompletionStage<BlobRef> write(byte[] content);

  /**
   * What a manifest will say about a payload.
   *
   * @param number of the checkpoint within the attempt, from 1
   * @param marks see {@link CheckpointManifest#marks()}
   */
  record Label(
      AttemptRef attempt, int number, long nextStep, String deviceClass, List<String> marks) {}
}
