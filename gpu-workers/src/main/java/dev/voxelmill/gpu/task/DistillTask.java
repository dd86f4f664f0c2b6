package dev.voxelmill.gpu.task;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.diffusion.ViewPrior;
import dev.voxelmill.gpu.distill.CounterDraws;
import dev.voxelmill.gpu.distill.DistillOptions;
import dev.voxelmill.gpu.distill.Distillation;
import dev.voxelmill.gpu.distill.InputView;
import dev.voxelmill.gpu.distill.PictureDecoder;
import dev.voxelmill.gpu.distill.PictureScenes;
import dev.voxelmill.gpu.distill.PriorDenoiser;
import dev.voxelmill.gpu.field.FieldLayout;
import dev.voxelmill.gpu.field.FieldState;
import dev.voxelmill.gpu.field.Scene;
import dev.voxelmill.gpu.field.View;
import dev.voxelmill.gpu.field.VoxelField;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import dev.voxelmill.protocols.plan.Parameters;
import java.util.Optional;

/**
 * Score distillation of a voxel radiance field, from the projected field if there is one.
 *
 * <p>The second input, if named, is the field to start from; without it the start is a soft ball.
 */
final class DistillTask {
  private static final int PREVIEW_PX = 64;

  private DistillTask() {}

  /** The task, from its snapshot if there is one. */
  static StepTask open(TaskContext context, TaskInput input, Optional<byte[]> snapshot) {
    NDManager scope = context.device();
    Parameters parameters = input.parameters();
    EncodedView view = EncodedView.of(scope, TaskInputs.of(input, 0));
    OrbitCamera camera = view.camera();
    ViewPrior prior = context.prior().condition(scope, view.image(), camera);
    Scene scene = PictureScenes.ofGrid(parameters.whole("grid.size"));
    DistillOptions options = DistillOptions.from(parameters);
    String configuration = input.configuration(DistillOptions::from);
    FieldState state =
        snapshot
            .map(bytes -> FieldState.read(scope, scene.layout(), bytes, configuration))
            .orElseGet(() -> FieldState.fresh(start(scope, input, scene.layout())));
    int n = view.resolution();
    Distillation distillation =
        new Distillation(
            scope,
            options,
            scene,
            state,
            new Distillation.Guides(
                Optional.of(new InputView(View.of(camera, n), view.image(), PictureDecoder.NONE)),
                new PriorDenoiser(prior, parameters.real("distill.guidance")),
                new CounterDraws(
                    input.request().seed(), options, CounterDraws.CameraRange.trained(camera), n)));
    return new FieldDistillation(
        scope,
        new FieldDistillation.Setup(
            distillation,
            configuration,
            camera,
            (step, side) -> distillation.trainer().show(step, View.of(side, PREVIEW_PX)).picture(),
            prior::close));
  }

  private static VoxelField start(NDManager scope, TaskInput input, FieldLayout layout) {
    return input.spec().inputs().size() > 1
        ? StoredField.read(scope, layout, TaskInputs.of(input, 1))
        : PictureScenes.softBall(scope, layout);
  }
}
