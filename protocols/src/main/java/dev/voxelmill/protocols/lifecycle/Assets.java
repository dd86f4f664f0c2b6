package dev.voxelmill.protocols.lifecycle;

import dev.voxelmill.protocols.job.FileRef;
import dev.voxelmill.protocols.plan.Budget;
import dev.voxelmill.protocols.plan.TaskSpec;
import dev.voxelmill.protocols.plan.ViewOffsets;
import dev.voxelmill.protocols.topic.AssetRecord;
import dev.voxelmill.protocols.worker.TaskOutput;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Gathers what the tasks of a job left into the record of its asset. */
final class Assets {
  private static final String GLB = "model/gltf-binary";

  private Assets() {}

  /** The asset of a job all of whose tasks are done; the inline GLB is left empty. */
  static AssetRecord of(JobState.Active job, List<TaskState> tasks, Instant finishedAt) {
    SortedMap<String, String> asked = job.request().parameters();
    List<FileRef> files = new ArrayList<>();
    Set<TaskOutput.ModelUse> models = new LinkedHashSet<>();
    Set<String> deviceClasses = new LinkedHashSet<>();
    SortedMap<String, String> versions = new TreeMap<>();
    SortedMap<String, Double> quality = new TreeMap<>();
    List<AssetRecord.Stage> stages = new ArrayList<>();
    for (TaskState task : tasks) {
      if (task.status() instanceof TaskStatus.Done done) {
        switch (done.output()) {
          case TaskOutput.Tensors tensors -> deviceClasses.add(tensors.manifest().deviceClass());
          case TaskOutput.Files made -> {
            files.addAll(made.files());
            models.addAll(made.models());
            quality.putAll(made.quality());
          }
        }
        versions.putAll(done.cost().versions());
        stages.add(stage(task, done.cost()));
      }
    }
    files.sort(Comparator.comparing(file -> !file.mediaType().equals(GLB)));
    return new AssetRecord(
        job.job(),
        finishedAt,
        job.request().method(),
        job.request().seed(),
        Budget.of(asked).applied(asked),
        files,
        "",
        List.copyOf(models),
        versions,
        String.join(" + ", deviceClasses),
        stages,
        quality,
        cuts(job, tasks));
  }

  /** What the job's budget has taken away. */
  private static List<String> cuts(JobState.Active job, List<TaskState> tasks) {
    SortedMap<String, String> asked = job.request().parameters();
    List<String> cuts = new ArrayList<>(Budget.of(asked).cuts(asked));
    if (job.control().term() instanceof Control.Over) {
      SortedMap<String, String> limited = Budget.of(asked).applied(asked);
      for (TaskState task : tasks) {
        if (task.status() instanceof TaskStatus.Done done) {
          long steps = done.cost().steps();
          whole(task.spec(), limited)
              .filter(whole -> steps < whole.steps())
              .ifPresent(
                  whole ->
                      cuts.add(
                          "maxSeconds: %s %d of %d".formatted(whole.what(), steps, whole.steps())));
        }
      }
    }
    return cuts;
  }

  /** What a task does when nothing ends it. */
  private record Whole(String what, long steps) {}

  /** Refinements count steps; where views are what is asked for, they are decoded one a step. */
  private static Optional<Whole> whole(TaskSpec task, Map<String, String> parameters) {
    return switch (task.kind()) {
      case DISTILL, SYNTHETIC -> {
        String name = task.name() + ".steps";
        yield Optional.of(new Whole(name, Long.parseLong(parameters.get(name))));
      }
      case TILE ->
          Optional.ofNullable(parameters.get("poses"))
              .flatMap(ViewOffsets::parse)
              .map(wanted -> new Whole("poses", wanted.poses().size()));
      case ENCODE, DENOISE, PROJECT, MESH -> Optional.empty();
    };
  }

  private static AssetRecord.Stage stage(TaskState task, TaskOutput.Cost cost) {
    return new AssetRecord.Stage(
        task.name(),
        cost.worker().name(),
        task.attempt(),
        cost.steps(),
        cost.deviceSeconds(),
        cost.blockedSeconds(),
        cost.gapSeconds(),
        cost.wallSeconds(),
        cost.marks());
  }
}
