package dev.voxelmill.gpu.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.zero123.Zero123Model;
import dev.voxelmill.gpu.zero123.Zero123Sight.Seen;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.plan.Methods;

/**
 * Input picture to what Zero-1-to-3 is conditioned on: its place among texts and its latents. What
 * a request cannot have is refused before the model is loaded.
 */
final class Zero123EncodeTask extends SingleStepTask {
  /** Of every camera that the model was trained with: 32 mm behind 35 mm (spec of its renders). */
  private static final double FOV_DEG = 49.1;

  private final TaskInput input;
  private final InputPicture decoded;
  private final OrbitCamera camera;
  private final Zero123Model model;

  Zero123EncodeTask(TaskContext context, TaskInput input) {
    super(context);
    this.input = input;
    decoded = InputPicture.of(input);
    OrbitCamera submitted = input.request().camera().toOrbit();
    camera =
        new OrbitCamera(
            0, submitted.elevationRad(), submitted.radius(), StrictMath.toRadians(FOV_DEG));
    if (input.request().method().equals(Methods.ZERO123.name())) {
      WantedViews.cameras(WantedViews.of(input), camera);
    }
    model = context.borrow(input, Zero123Tasks.MODEL).model();
  }

  @Override
  Computed compute(NDManager scope) {
    int n = model.picturePx();
    NDArray picture = scope.create(pixels(n), new Shape(1, 4, n, n));
    Seen seen = model.sight().see(scope, picture.get(":, 0:3"));
    if (!TaskInputs.isFinite(seen.place()) || !TaskInputs.isFinite(seen.latents())) {
      return new Computed.Impossible(
          StepOutcome.Failed.permanent(
              JobFailure.Code.NOT_FINITE,
              "what the model sees: not finite (expected: finite; fix: check the weights with"
                  + " ./voxelmill models verify)"));
    }
    return new Computed.Made(
        new TaskResult.Tensors(new SeenPicture(picture, seen, camera).toBytes(scope)));
  }

  private float[] pixels(int n) {
    return input.parameters().text("encode.frame").equals("object")
        ? decoded.cutToObject(n)
        : decoded.seenBy(input.request().camera().toOrbit().fovRad(), camera.fovRad(), n);
  }
}
