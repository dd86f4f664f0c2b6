package dev.voxelmill.storage.checkpoint;

import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.JobId;
import java.util.concurrent.CompletionStage;

/**
 * Keeps the states of tasks. No call blocks; stages complete on a thread of the store, and fail
 * with the store's own exceptions when it is out of reach.
 */
public interface CheckpointStore extends AutoCloseable {
  /**
   * Writes a payload; the stage completes when all of it is durable.
   *
   * @param nextStep the step that a resumed task does first
   * @param deviceClass the class of device that computed it
   * @param payload not to be changed until the stage completes
   */
  CompletionStage<CheckpointManifest> write(
      CheckpointKey key, long nextStep, String deviceClass, byte[] payload);

  /**
   * The exact bytes that were written. The stage fails with {@link
   * dev.voxelmill.storage.chunk.ChunkDamagedException} when they cannot be given back.
   */
  CompletionStage<byte[]> read(JobId job, CheckpointManifest manifest);

  /** Gives the room back; reading the manifest fails from some moment on. */
  CompletionStage<Void> delete(JobId job, CheckpointManifest manifest);

  /** Finishes what was asked for and releases everything. */
  @Override
  void close();
}
