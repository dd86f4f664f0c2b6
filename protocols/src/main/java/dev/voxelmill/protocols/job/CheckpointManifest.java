package dev.voxelmill.protocols.job;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A checkpoint of one task: which step comes next and where the state's chunks lie in the {@code
 * checkpoints} topic. A checkpoint exists only if the job's record holds its manifest.
 *
 * @param task name of the task within the job
 * @param attempt the attempt that wrote it, from 1
 * @param number the checkpoint's number within the attempt, from 1
 * @param nextStep the step to do next, from 0; equals the total when the task is done
 * @param partition partition of {@code checkpoints}
 * @param codec how the payload was encoded before it was cut into chunks
 * @param length bytes of the payload before encoding
 * @param chunks where the chunks lie, in order
 * @param deviceClass the class of device that computed it, see the determinism contract
 * @param marks what earlier trouble changed about the computation, such as {@code smaller-steps};
 *     whoever goes on from here goes on with it
 */
public record CheckpointManifest(
    String task,
    int attempt,
    int number,
    long nextStep,
    int partition,
    PayloadCodec codec,
    long length,
    List<ChunkRef> chunks,
    String deviceClass,
    List<String> marks) {
  /** A checkpoint of an undisturbed computation. */
  public CheckpointManifest(
      String task,
      int attempt,
      int number,
      long nextStep,
      int partition,
      PayloadCodec codec,
      long length,
      List<ChunkRef> chunks,
      String deviceClass) {
    this(task, attempt, number, nextStep, partition, codec, length, chunks, deviceClass, List.of());
  }

  public CheckpointManifest {
    requireNonNull(task, "task");
    requireNonNull(codec, "codec");
    requireNonNull(deviceClass, "deviceClass");
    chunks = List.copyOf(chunks);
    marks = marks == null ? List.of() : List.copyOf(marks); // absent in older records
  }

  /** The same checkpoint of a computation that trouble has changed. */
  public CheckpointManifest marked(List<String> others) {
    return new CheckpointManifest(
        task, attempt, number, nextStep, partition, codec, length, chunks, deviceClass, others);
  }

  /** Encodings of a payload; every one gives back the exact bytes. */
  public enum PayloadCodec {
    /** As is: dense latents do not compress. */
    NONE,
    /** One LZ4 block: quick, and enough for grids that are mostly empty. */
    LZ4,
    /** Bytes of 4-byte words grouped by significance, then Zstandard. */
    SHUFFLE4_ZSTD
  }
}
