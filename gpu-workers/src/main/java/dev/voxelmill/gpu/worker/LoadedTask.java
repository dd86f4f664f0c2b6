package dev.voxelmill.gpu.worker;

import dev.voxelmill.gpu.task.TaskInput;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.TaskOutput;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bytes that an assignment names, read: inputs and the newest state that reads back.
 *
 * <p>A damaged or missing checkpoint is passed over for the one before it, and with none left the
 * task starts at step 0: slower, never wrong. So is one that another class of device computed,
 * because going on from it would give bytes that neither class gives alone. A task without inputs
 * is one that reads the submitted picture.
 */
record LoadedTask(TaskInput input, Optional<byte[]> snapshot) {
  private static final Logger LOG = LoggerFactory.getLogger(LoadedTask.class);

  static CompletionStage<LoadedTask> load(
      Archive archive, Assignment assignment, String deviceClass) {
    List<CheckpointManifest> usable =
        assignment.checkpoints().stream()
            .filter(manifest -> manifest.deviceClass().equals(deviceClass))
            .toList();
    CompletionStage<byte[]> image =
        assignment.spec().inputs().isEmpty()
            ? archive.read(assignment.request().image().blob())
            : CompletableFuture.completedStage(new byte[0]);
    return image
        .thenCombine(
            tensors(archive, assignment),
            (bytes, tensors) ->
                new TaskInput(
                    assignment.spec(), assignment.attempt(), assignment.request(), bytes, tensors))
        .thenCombine(newest(archive, assignment, usable), LoadedTask::new);
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

  private static CompletionStage<Optional<byte[]>> newest(
      Archive archive, Assignment assignment, List<CheckpointManifest> candidates) {
    if (candidates.isEmpty()) {
      return CompletableFuture.completedStage(Optional.empty());
    }
    CheckpointManifest first = candidates.getFirst();
    return archive
        .read(assignment.request().job(), first)
        .handle(
            (payload, failure) -> {
              if (failure == null) {
                return CompletableFuture.completedStage(Optional.of(payload));
              }
              LOG.warn(
                  "checkpoint passed over task={} attempt={} number={} nextStep={}",
                  assignment.task(),
                  first.attempt(),
                  first.number(),
                  first.nextStep(),
                  failure);
              return newest(archive, assignment, candidates.subList(1, candidates.size()));
            })
        .thenCompose(stage -> stage);
  }
}
