package dev.voxelmill.gpu.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.engine.SafeTensors;
import dev.voxelmill.gpu.engine.SafeTensorsWriter;
import dev.voxelmill.gpu.tiling.ViewCanvas;
import dev.voxelmill.gpu.zero123plus.Zero123Plus;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.worker.TaskOutput.ModelUse;
import java.util.List;

/**
 * Denoised latents to the canvas as people see it, and, where the views are to be lifted, to the
 * posed views as projection reads them: without the grey that Zero123++ paints behind the object.
 */
final class CanvasTileTask extends SingleStepTask {
  private final TaskInput input;
  private final Zero123Plus model;

  CanvasTileTask(TaskContext context, TaskInput input) {
    super(context);
    this.input = input;
    model = context.borrow(input, CanvasTasks.MODEL).model();
  }

  @Override
  Computed compute(NDManager scope) {
    NDArray latents;
    List<ModelUse> uses;
    try (SafeTensors file = SafeTensors.of("latents of a canvas", TaskInputs.only(input))) {
      latents = file.read(scope, "latents");
      uses = ModelUses.read(file);
    }
    NDArray decoded = model.decode(scope, latents); // (1, 3, H, W), about -1..1
    if (!TaskInputs.isFinite(decoded)) {
      return new Computed.Impossible(
          StepOutcome.Failed.permanent(
              JobFailure.Code.NOT_FINITE,
              "decoded canvas: not finite (expected: finite; fix: decode in float32)"));
    }
    NDArray levels =
        decoded.div(2).add(0.5f).clip(0, 1).mul(255).round().toType(DataType.UINT8, true);
    SafeTensorsWriter writer = posed(scope, levels).add("canvas", levels);
    return new Computed.Made(new TaskResult.Tensors(ModelUses.write(uses, writer).toBytes()));
  }

  /** The views of a canvas (1, 3, H, W) uint8, if the plan lifts them. */
  private SafeTensorsWriter posed(NDManager scope, NDArray levels) {
    String wanted = input.parameters().values().get("project.viewPx");
    if (wanted == null) {
      return new SafeTensorsWriter();
    }
    int n = Integer.parseInt(wanted);
    float[] planes = new float[ViewCanvas.VIEWS * 4 * n * n];
    for (int view = 0; view < ViewCanvas.VIEWS; view++) {
      float[] one = InputPicture.onGrey(CanvasPictures.view(levels, view)).resized(n);
      System.arraycopy(one, 0, planes, view * one.length, one.length);
    }
    return new PosedViews(
            scope.create(planes, new Shape(ViewCanvas.VIEWS, 4, n, n)),
            CanvasPictures.cameras(input))
        .write(scope);
  }
}
