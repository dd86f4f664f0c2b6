package dev.voxelmill.gpu.task;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.protocols.geometry.OrbitCamera;

/**
 * Input picture to the prior's input: decode, find the object, resample to the prior's camera.
 *
 * <p>The picture is taken as the whole frame of its camera: nothing is cropped to the object,
 * because its place in the frame is what the camera's radius and field of view mean.
 */
final class EncodeTask extends SingleStepTask {
  private final TaskContext context;
  private final TaskInput input;
  private final InputPicture decoded;

  EncodeTask(TaskContext context, TaskInput input) {
    super(context);
    this.context = context;
    this.input = input;
    decoded = InputPicture.of(input);
  }

  @Override
  Computed compute(NDManager scope) {
    OrbitCamera submitted = input.request().camera().toOrbit();
    OrbitCamera camera =
        new OrbitCamera(0, submitted.elevationRad(), submitted.radius(), context.prior().fovRad());
    int n = context.prior().resolution();
    EncodedView view =
        new EncodedView(
            scope.create(
                decoded.seenBy(submitted.fovRad(), camera.fovRad(), n), new Shape(1, 4, n, n)),
            scope.create(
                decoded.seenBy(submitted.fovRad(), camera.fovRad(), EncodedView.PICTURE_PX),
                new Shape(1, 4, EncodedView.PICTURE_PX, EncodedView.PICTURE_PX)),
            camera);
    return new Computed.Made(new TaskResult.Tensors(view.toBytes(scope)));
  }
}
