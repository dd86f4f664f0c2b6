package dev.voxelmill.gpu.task;

import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.plan.Parameters;
import dev.voxelmill.protocols.plan.TaskKind;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a task does differently after a failure, once, from its last checkpoint on. The result is
 * another one than without trouble, so every remedy marks it.
 */
public enum Remedy {
  /** Half the learning rate: values were not finite. */
  SMALLER_STEPS,
  /** Half the batch: the device's memory was exhausted. */
  SMALLER_BATCH;

  /** The remedy that a task has against a failure, if it has one. */
  public static Optional<Remedy> against(JobFailure.Code code, TaskInput input) {
    TaskKind kind = input.spec().kind();
    return switch (code) {
      case NOT_FINITE ->
          kind == TaskKind.DISTILL || kind == TaskKind.PROJECT || kind == TaskKind.SYNTHETIC
              ? Optional.of(SMALLER_STEPS)
              : Optional.empty();
      case DEVICE_OOM -> hasBatch(input) ? Optional.of(SMALLER_BATCH) : Optional.empty();
      case INVALID_REQUEST,
          MODEL_UNUSABLE,
          EMPTY_MESH,
          DEVICE_ERROR,
          CHECKPOINT_LOST,
          DEADLINE_EXCEEDED,
          WORKER_CRASHED,
          INTERNAL ->
          Optional.empty();
    };
  }

  private static boolean hasBatch(TaskInput input) {
    Parameters parameters = input.requested();
    return switch (input.spec().kind()) {
      case DISTILL -> parameters.whole("distill.batch") > 1;
      case DENOISE -> parameters.has("denoise.batch") && parameters.whole("denoise.batch") > 1;
      case SYNTHETIC -> parameters.large("synthetic.memoryBytes") > 1;
      case ENCODE, TILE, PROJECT, MESH -> false;
    };
  }

  /** The remedies that marks name; a mark that is no remedy is another's. */
  public static Set<Remedy> marked(List<String> marks) {
    return Arrays.stream(values())
        .filter(remedy -> marks.contains(remedy.mark()))
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Remedy.class)));
  }

  /** The parameters of a task with this remedy. */
  Map<String, String> applied(Map<String, String> parameters) {
    Map<String, String> changed = new TreeMap<>(parameters);
    switch (this) {
      case SMALLER_STEPS -> {
        changed.computeIfPresent("distill.learningRate", Remedy::halfReal);
        changed.computeIfPresent("project.learningRate", Remedy::halfReal);
      }
      case SMALLER_BATCH -> {
        changed.computeIfPresent("distill.batch", Remedy::halfWhole);
        changed.computeIfPresent("denoise.batch", Remedy::halfWhole);
        changed.computeIfPresent("synthetic.memoryBytes", Remedy::halfWhole);
      }
    }
    return changed;
  }

  private static String halfReal(String name, String value) {
    return Double.toString(Double.parseDouble(value) / 2);
  }

  private static String halfWhole(String name, String value) {
    return Long.toString(Math.max(1, Long.parseLong(value) / 2));
  }

  /** The word that marks an asset, such as {@code smaller-steps}. */
  public String mark() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
