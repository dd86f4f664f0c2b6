package dev.voxelmill.gpu.task;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.StoredType;
import dev.voxelmill.gpu.models.Likeness;
import dev.voxelmill.gpu.models.PretrainedModels;
import dev.voxelmill.gpu.models.Synthesis;
import dev.voxelmill.gpu.nn.diffusers.PrintOptions;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.model.RegisteredModel;
import dev.voxelmill.protocols.plan.Methods;
import dev.voxelmill.protocols.plan.Plans;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Jobs of the methods of Zero123++ over the smallest folder of random weights. */
public final class TinyCanvas {
  /** Few steps, small views. */
  public static final Map<String, String> PARAMETERS =
      Map.of("model", "tiny", "canvas.viewPx", "32", "denoise.steps", "4");

  private TinyCanvas() {}

  /** Writes the folder below a directory. */
  public static Path write(Path directory) {
    Path folder = directory.resolve("tiny");
    Synthesis.write(folder, Likeness.TINY, StoredType.F32, 7, file -> {});
    return folder;
  }

  /** What tasks share in a process that knows the folder as {@code tiny}. */
  public static TaskContext context(NDManager device, Path folder) {
    RegisteredModel tiny =
        new RegisteredModel(
            "tiny", folder, RegisteredModel.Kind.ZERO123PLUS, "CC0-1.0", Map.of(), List.of());
    TaskContext without = TinyJob.context(device);
    return new TaskContext(
        device,
        without.prior(),
        without.priorUse(),
        new PretrainedModels(device, List.of(tiny), PrintOptions.PLAIN),
        without.provenance());
  }

  /** A request for the views. */
  public static JobRequest views() {
    return TinyJob.request(Methods.ZERO123PLUS, PARAMETERS);
  }

  /** A request for a mesh. */
  public static JobRequest mesh() {
    Map<String, String> parameters = new HashMap<>(PARAMETERS);
    parameters.putAll(
        Map.of(
            "project.fitSteps", "4",
            "distill.steps", "4",
            "grid.size", "16",
            "mesh.faces", "200"));
    return TinyJob.request(Methods.ZERO123PLUS_3D, parameters);
  }

  /** The input of the first task of the views. */
  static TaskInput condition() {
    JobRequest request = views();
    return new TaskInput(
        Plans.of(request).tasks().getFirst(), request, TinyJob.picture(), Map.of());
  }
}
