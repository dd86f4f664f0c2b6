package dev.voxelmill.gpu.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.nn.PriorConfig;
import dev.voxelmill.gpu.nn.PriorInitialiser;
import dev.voxelmill.gpu.nn.TrainedPrior;
import dev.voxelmill.gpu.raster.Picture;
import dev.voxelmill.gpu.raster.Png;
import dev.voxelmill.gpu.toys.ToyFamily;
import dev.voxelmill.gpu.toys.ToyObject;
import dev.voxelmill.gpu.toys.ToyRenderer;
import dev.voxelmill.protocols.geometry.ViewCamera;
import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.plan.Method;
import dev.voxelmill.protocols.plan.Methods;
import dev.voxelmill.protocols.plan.ParameterCheck;
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

  private TinyJob() {}

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
}
