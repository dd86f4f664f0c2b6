package dev.voxelmill.gpu.eval;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.voxelmill.gpu.mesh.AssetMesh;
import dev.voxelmill.gpu.mesh.GlbReader;
import dev.voxelmill.gpu.task.PlanRun;
import dev.voxelmill.gpu.task.StepTasks;
import dev.voxelmill.gpu.task.TaskContext;
import dev.voxelmill.gpu.task.TaskResult;
import dev.voxelmill.gpu.toys.ToyFamily;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.plan.Plans;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes assets of held-out toys, without Kafka or actors, and scores them beside baselines. */
public final class Evaluation {
  /** Where projection alone is best; searched over in docs/BENCHMARKS.md. */
  private static final Map<String, String> BEST_PROJECTION =
      Map.of("project.fitSteps", "400", "project.learningRate", "0.04");

  private final TaskContext context;
  private final boolean oracle;
  private final Map<String, String> parameters;
  private final Map<String, String> projectionParameters;
  private final List<EvaluationRow> rows = new ArrayList<>();

  /**
   * An evaluation.
   *
   * @param context the prior to evaluate and its device
   * @param oracle whether the prior is replaced by one that knows each toy
   * @param parameters beside the defaults of the method
   * @param projectionParameters of projection alone, over those of the method and over {@link
   *     #BEST_PROJECTION}
   */
  public Evaluation(
      TaskContext context,
      boolean oracle,
      Map<String, String> parameters,
      Map<String, String> projectionParameters) {
    this.context = context;
    this.oracle = oracle;
    this.parameters = Map.copyOf(parameters);
    this.projectionParameters = Map.copyOf(projectionParameters);
  }

  /** Makes and scores the assets of one toy, on a device thread; returns a line about it. */
  public String evaluate(ToyFamily family, long seed) {
    EvaluationRow row = evaluate(HeldOutToy.of(seed, family));
    rows.add(row);
    return EvaluationReport.line(row);
  }

  /** Means and intervals of what was evaluated so far. */
  public String summary() {
    return new EvaluationReport(rows).summary();
  }

  /** Every figure of what was evaluated so far. */
  public ObjectNode json() {
    return new EvaluationReport(rows).json();
  }

  /** Pictures of what was evaluated so far, as PNG. */
  public byte[] pictures() {
    return EvaluationSheet.png(rows);
  }

  private EvaluationRow evaluate(HeldOutToy toy) {
    byte[] picture = toy.picture();
    Truth truth = new Truth(toy);
    TaskContext own = oracle ? withOracle(toy) : context;
    StepTasks opener = new StepTasks(own);
    JobRequest request = toy.request(picture, parameters);
    EvaluationRow row = new EvaluationRow(toy, truth);
    long startedAt = System.nanoTime();
    switch (PlanRun.of(opener, Plans.of(request), request, picture)) {
      case PlanRun.Stopped stopped -> row.failed(Variant.DISTILLATION, stopped.failure());
      case PlanRun.Finished finished -> {
        row.seconds((System.nanoTime() - startedAt) / 1e9);
        try (NDManager scope = own.device().newSubManager()) {
          Baselines baselines = new Baselines(scope, opener, request, finished.tensors());
          AssetMesh asset = asset(finished.files());
          row.scored(Variant.DISTILLATION, asset);
          row.views(baselines.views(toy));
          baselines.hull().ifPresent(hull -> row.scored(Variant.HULL, hull));
          baselines.inputOnly().ifPresent(files -> row.scored(Variant.INPUT_ONLY, asset(files)));
        }
      }
    }
    projectionAlone(toy, opener, picture).ifPresent(a -> row.scored(Variant.PROJECTION, a));
    row.scored(Variant.COPY, truth.scoreOfCopies());
    return row;
  }

  private Optional<AssetMesh> projectionAlone(HeldOutToy toy, StepTasks opener, byte[] picture) {
    Map<String, String> alone = new LinkedHashMap<>(parameters);
    alone.put("project", "true");
    alone.put("distill.steps", "0");
    alone.putAll(BEST_PROJECTION);
    alone.putAll(projectionParameters);
    JobRequest request = toy.request(picture, alone);
    return switch (PlanRun.of(opener, Plans.of(request), request, picture)) {
      case PlanRun.Stopped stopped -> Optional.empty();
      case PlanRun.Finished finished -> Optional.of(asset(finished.files()));
    };
  }

  private TaskContext withOracle(HeldOutToy toy) {
    return new TaskContext(
        context.device(), new OracleModel(toy), context.priorUse(), context.provenance());
  }

  private static AssetMesh asset(TaskResult.Files files) {
    return files.files().stream()
        .filter(file -> file.name().equals("asset.glb"))
        .map(file -> GlbReader.read(file.bytes()))
        .findFirst()
        .orElseThrow();
  }
}
