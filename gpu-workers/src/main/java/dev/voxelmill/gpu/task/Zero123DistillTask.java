package dev.voxelmill.gpu.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.distill.CounterDraws;
import dev.voxelmill.gpu.distill.DistillOptions;
import dev.voxelmill.gpu.distill.Distillation;
import dev.voxelmill.gpu.distill.InputView;
import dev.voxelmill.gpu.distill.LatentScenes;
import dev.voxelmill.gpu.field.FieldLayout;
import dev.voxelmill.gpu.field.FieldState;
import dev.voxelmill.gpu.field.Scene;
import dev.voxelmill.gpu.field.View;
import dev.voxelmill.gpu.zero123.Zero123Denoiser;
import dev.voxelmill.gpu.zero123.Zero123Model;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import dev.voxelmill.protocols.plan.Parameters;
import java.util.Optional;

/**
 * Score distillation of a latent voxel field with Zero-1-to-3 as prior, as its 3drec does: the
 * squared error against the picture goes back through the autoencoder's decoder.
 */
final class Zero123DistillTask {
  private Zero123DistillTask() {}

  /** The task, from its snapshot if there is one. */
  static StepTask open(TaskContext context, TaskInput input, Optional<byte[]> snapshot) {
    NDManager scope = context.device();
    Zero123Model model = context.borrow(input, Zero123Tasks.MODEL).model();
    Parameters parameters = input.parameters();
    SeenPicture picture = SeenPicture.of(scope, TaskInputs.only(input));
    OrbitCamera camera = LatentViews.atInputRadius(picture.camera());
    DistillOptions options = DistillOptions.threeDRec(parameters);
    long seed = input.request().seed();
    String configuration = input.configuration(DistillOptions::threeDRec);
    FieldLayout layout = LatentScenes.layout(parameters.whole("grid.size"));
    Scene scene = LatentScenes.of(layout, model.codec().white(scope));
    FieldState state =
        snapshot
            .map(bytes -> FieldState.read(scope, layout, bytes, configuration))
            .orElseGet(() -> FieldState.fresh(LatentScenes.start(scope, layout, seed)));
    int n = model.latentPx();
    View view = View.of(camera, n);
    Zero123Denoiser denoiser =
        new Zero123Denoiser(
            scope, model, picture.seen(), view, parameters.real("distill.guidance"));
    Distillation distillation =
        new Distillation(
            scope,
            options,
            scene,
            state,
            new Distillation.Guides(
                Optional.of(
                    new InputView(view, picture.picture().get(":, 0:3"), model.codec().decoder())),
                denoiser,
                new CounterDraws(seed, options, new CounterDraws.Shell(camera.fovRad()), n)));
    return new FieldDistillation(
        scope,
        new FieldDistillation.Setup(
            distillation,
            configuration,
            camera,
            (step, side) -> {
              NDArray latents = distillation.trainer().show(step, View.of(side, n)).picture();
              return model.codec().decode(step, latents).mul(2).sub(1);
            },
            denoiser::close));
  }
}
