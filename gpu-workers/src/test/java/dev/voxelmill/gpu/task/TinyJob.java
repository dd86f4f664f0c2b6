package dev.voxelmill.gpu.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.fixtures.FixtureCases;
import dev.voxelmill.gpu.models.PretrainedModels;
import dev.voxelmill.gpu.nn.PriorConfig;
import dev.voxelmill.gpu.nn.PriorInitialiser;
import dev.voxelmill.gpu.nn.TrainedPrior;
import dev.voxelmill.gpu.nn.diffusers.PrintOptions;
import dev.voxelmill.gpu.raster.Picture;
import dev.voxelmill.gpu.raster.Png;
import dev.voxelmill.gpu.toys.ToyFamily;
import dev.voxelmill.gpu.toys.ToyObject;
import dev.voxelmill.gpu.toys.ToyRenderer;
import dev.voxelmill.protocols.geometry.ViewCamera;
import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.model.RegisteredModel;
import dev.voxelmill.protocols.plan.Method;
import dev.voxelmill.protocols.plan.Methods;
import dev.voxelmill.protocols.plan.ParameterCheck;
import dev.voxelmill.protocols.plan.Plans;
import dev.voxelmill.protocols.worker.TaskOutput.ModelUse;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A job of a few steps with a prior of random weights: fast, and every executor takes part. */
public final class TinyJob {
  public static final Map<String, String> PARAMETERS =
      Map.of(
          "denoise.mode", "sample",
          "denoise.steps", "4",
          "denoise.views", "6",
          "project.fitSteps", "4",
          "distill.steps", "4",
          "grid.size", "16");

  /** The recorded folder of Zero-1-to-3, random and small, under the name of the default model. */
  public static final RegisteredModel ZERO123 =
      new RegisteredModel(
          "zero123-xl",
          FixtureCases.of("zero123_pipeline").getFirst().directory().resolve("pipeline"),
          RegisteredModel.Kind.ZERO123,
          "none",
          Map.of(),
          List.of());

  /** Three views in batches of two, a few calls of the network each. */
  public static final Map<String, String> ZERO123_PARAMETERS =
      Map.of(
          "poses", "0/60/0,-20/180/0.1,10/-60/0",
          "denoise.steps", "3",
          "denoise.batch", "2");

  /** A small latent field and a threshold that noise crosses. */
  public static final Map<String, String> ZERO123_3D_PARAMETERS =
      Map.of(
          "distill.steps", "4",
          "grid.size", "16",
          "mesh.threshold", "1",
          "mesh.faces", "400");

  /** The recorded folder of Zero123++, random and small, under the name of the default model. */
  public static final RegisteredModel ZERO123PLUS =
      recorded("zero123plus-v1.2", "pipeline", RegisteredModel.Kind.ZERO123PLUS);

  /** The ControlNet that was recorded with it, under the name of the default one. */
  public static final RegisteredModel DEPTH =
      recorded("controlnet-zp11-depth-v1", "controlnet", RegisteredModel.Kind.CONTROL_NET);

  /** A canvas of small views, a few calls of the network. */
  public static final Map<String, String> ZERO123PLUS_PARAMETERS =
      Map.of("canvas.viewPx", "32", "denoise.steps", "4");

  /** The same canvas, lifted into a small field. */
  public static final Map<String, String> ZERO123PLUS_3D_PARAMETERS =
      Map.of(
          "canvas.viewPx", "32",
          "denoise.steps", "4",
          "project.fitSteps", "4",
          "distill.steps", "4",
          "grid.size", "16");

  /** A few steps of nothing over a state that is a few chunks. */
  public static final Map<String, String> SYNTHETIC_PARAMETERS =
      Map.of(
          "synthetic.steps", "8",
          "synthetic.stepMillis", "0",
          "synthetic.stateBytes", "100000");

  private TinyJob() {}

  private static RegisteredModel recorded(String name, String folder, RegisteredModel.Kind kind) {
    return new RegisteredModel(
        name,
        FixtureCases.of("zero123plus_pipeline").getFirst().directory().resolve(folder),
        kind,
        "none",
        Map.of(),
        List.of());
  }

  public static TaskContext context(NDManager device) {
    PriorConfig config = PriorConfig.TOY;
    PriorInitialiser initialiser = new PriorInitialiser(config, 5);
    Map<String, NDArray> weights = new HashMap<>();
    config
        .weightShapes()
        .forEach(
            (name, dims) ->
                weights.put(
                    name,
                    device.create(
                        initialiser.values(name),
                        new Shape(Arrays.stream(dims).asLongStream().toArray()))));
    return new TaskContext(
        device,
        TrainedPrior.of(device, config, weights),
        new ModelUse("random", "0".repeat(64), "none"),
        new PretrainedModels(device, List.of(ZERO123, ZERO123PLUS, DEPTH), PrintOptions.PLAIN),
        Map.of("libtorch", "test"));
  }

  public static byte[] picture() {
    ToyRenderer renderer = new ToyRenderer(PriorConfig.TOY.resolution());
    float[] planes =
        renderer.render(ToyObject.of(60_000_000, ToyFamily.CAR), ViewCamera.DEFAULT.toOrbit());
    int n = PriorConfig.TOY.resolution();
    return Png.encode(Picture.ofPlanes(n, n, Arrays.copyOf(planes, 3 * n * n)));
  }

  public static JobRequest request(Map<String, String> parameters) {
    return request(Methods.IMAGE_TO_3D, parameters);
  }

  public static JobRequest request(Method method, Map<String, String> parameters) {
    return new JobRequest(
        new JobId(JobId.DEFAULT_TENANT, "tiny"),
        method.name(),
        new JobRequest.ImageRef("image/png", 32, 32, new BlobRef("0".repeat(64), 0, 0, List.of())),
        ViewCamera.DEFAULT,
        7,
        ((ParameterCheck.Accepted) method.check(parameters)).parameters(),
        List.of("ply", "obj"),
        JobRequest.DEFAULT_PRIORITY);
  }

  /** Views by Zero-1-to-3; what is given stands in place of its parameters here. */
  static JobRequest zero123(Map<String, String> more) {
    Map<String, String> parameters = new HashMap<>(ZERO123_PARAMETERS);
    parameters.putAll(more);
    return request(Methods.ZERO123, parameters);
  }

  /** The first task of a job of Zero-1-to-3, which encodes the picture. */
  static TaskInput encoding(JobRequest request) {
    return new TaskInput(Plans.of(request).tasks().getFirst(), request, picture(), Map.of());
  }
}
