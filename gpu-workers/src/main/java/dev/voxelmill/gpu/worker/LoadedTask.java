package dev.voxelmill.gpu.worker;

import dev.voxelmill.gpu.task.TaskInput;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.TaskOutput;
import dev.voxelmill.storage.chunk.ChunkDamagedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/**
 * The bytes that an assignment names, read: inputs and the newest state that reads back.
 *
 * <p>A damaged or missing checkpoint is rejected for the one before it, and with none left the task
 * starts at step 0: slower, never wrong. A task without inputs is one that reads the submitted
 * picture.
 *
 * @param state the newest checkpoint whose bytes are whole
 * @param older the candidates behind it, newest first
 * @param rejected the candidates before it, with what is wrong with each
 */
record LoadedTask(
    TaskInput input,
    Optional<State> state,
    List<CheckpointManifest> older,
    List<Rejected> rejected) {

  /** A checkpoint and its payload. */
  @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
  record State(CheckpointManifest manifest, byte[] payload) {}

  /** A checkpoint that cannot be gone on from. */
  record Rejected(CheckpointManifest manifest, String reason) {}

  /**
   * Reads what an attempt begins with.
   *
   * @param candidates checkpoints to go on from, newest first
   */
  static CompletionStage<LoadedTask> load(
      Archive archive, Assignment assignment, List<CheckpointManifest> candidates) {
    return pictures(archive, assignment)
        .thenCombine(
            tensors(archive, assignment),
            (pictures, tensors) ->
                new TaskInput(
                    assignment.spec(),
                    assignment.attempt(),
                    Set.of(),
                    assignment.request(),
                    pictures.isEmpty() ? new byte[0] : pictures.getFirst(),
                    pictures.stream().skip(1).findFirst(),
                    tensors))
        .thenCompose(
            input ->
                newest(
                    archive,
                    assignment,
                    new LoadedTask(input, Optional.empty(), candidates, List.of())));
  }

  /**
   * The submitted picture and that of depths, if the task reads them; the latter if there is one.
   */
  private static CompletionStage<List<byte[]>> pictures(Archive archive, Assignment assignment) {
    CompletionStage<List<byte[]>> all = CompletableFuture.completedStage(new ArrayList<>());
    if (!assignment.spec().inputs().isEmpty()) {
      return all;
    }
    JobRequest request = assignment.request();
    List<JobRequest.ImageRef> wanted =
        Stream.concat(Stream.of(request.image()), request.depth().stream()).toList();
    for (JobRequest.ImageRef picture : wanted) {
      all =
          all.thenCombine(
              archive.read(picture.blob()),
              (read, bytes) -> {
                read.add(bytes);
                return read;
              });
    }
    return all;
  }

  private static CompletionStage<Map<String, byte[]>> tensors(
      Archive archive, Assignment assignment) {
    CompletionStage<Map<String, byte[]>> all =
        CompletableFuture.completedStage(new LinkedHashMap<>());
    for (Map.Entry<String, TaskOutput> input : assignment.inputs().entrySet()) {
      if (input.getValue() instanceof TaskOutput.Tensors output) {
        all =
            all.thenCombine(
                archive.read(assignment.request().job(), output.manifest()),
                (read, payload) -> {
                  read.put(input.getKey(), payload);
                  return read;
                });
      }
    }
    return all;
  }

  private static CompletionStage<LoadedTask> newest(
      Archive archive, Assignment assignment, LoadedTask without) {
    if (without.older.isEmpty()) {
      return CompletableFuture.completedStage(without);
    }
    CheckpointManifest first = without.older.getFirst();
    return archive
        .read(assignment.request().job(), first)
        .thenApply(payload -> without.with(new State(first, payload)))
        .exceptionallyCompose(
            failure -> {
              Throwable cause =
                  failure instanceof CompletionException ? failure.getCause() : failure;
              return cause instanceof ChunkDamagedException damage
                  ? newest(archive, assignment, without.rejecting(first, damage.getMessage()))
                  : CompletableFuture.failedStage(failure);
            });
  }

  private LoadedTask with(State newest) {
    return new LoadedTask(input, Optional.of(newest), older.subList(1, older.size()), rejected);
  }

  private LoadedTask rejecting(CheckpointManifest manifest, String reason) {
    List<Rejected> all = new ArrayList<>(rejected);
    all.add(new Rejected(manifest, reason));
    return new LoadedTask(input, state, older.subList(1, older.size()), all);
  }
}
