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
import dev.voxelmill.gpu.raster.ContactSheet;
import dev.voxelmill.gpu.raster.Png;
import dev.voxelmill.gpu.zero123.Zero123Denoiser;
import dev.voxelmill.gpu.zero123.Zero123Model;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import dev.voxelmill.protocols.plan.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Score distillation of a latent voxel field with Zero-1-to-3 as prior, as its 3drec does: the
 * squared error against the picture goes back through the autoencoder's decoder.
 */
final class Zero123DistillTask implements StepTask {
  private static final int PREVIEW_VIEWS = 4;

  private final NDManager scope;
  private final Zero123Model model;
  private final Zero123Denoiser denoiser;
  private final Distillation distillation;
  private final OrbitCamera camera;
  private final String configuration;

  Zero123DistillTask(TaskContext context, TaskInput input, Optional<byte[]> snapshot) {
    scope = context.device();
    model = context.borrow(input, Zero123Tasks.MODEL).model();
    Parameters parameters = input.parameters();
    SeenPicture picture = SeenPicture.of(scope, TaskInputs.only(input));
    camera = LatentViews.atInputRadius(picture.camera());
    DistillOptions options = DistillOptions.threeDRec(parameters);
    long seed = input.request().seed();
    // Of the request alone: a state may be gone on with after a remedy has changed the options.
    configuration =
        seed + " " + DistillOptions.threeDRec(new Parameters(input.request().parameters()));
    FieldLayout layout = LatentScenes.layout(parameters.whole("grid.size"));
    Scene scene = LatentScenes.of(layout, model.whiteLatents(scope));
    FieldState state =
        snapshot
            .map(bytes -> FieldState.read(scope, layout, bytes, configuration))
            .orElseGet(() -> FieldState.fresh(LatentScenes.start(scope, layout, seed)));
    int n = model.latentPx();
    View view = View.of(camera, n);
    denoiser =
        new Zero123Denoiser(
            scope, model, picture.seen(), view, parameters.real("distill.guidance"));
    distillation =
        new Distillation(
            scope,
            options,
            scene,
            state,
            new Distillation.Guides(
                Optional.of(new InputView(view, picture.picture().get(":, 0:3"), model.decoder())),
                denoiser,
                new CounterDraws(seed, options, new CounterDraws.Shell(camera.fovRad()), n)));
  }

  @Override
  public long nextStep() {
    return distillation.nextStep();
  }

  @Override
  public long totalSteps() {
    return distillation.totalSteps();
  }

  @Override
  public StepOutcome step() {
    return StepOutcome.descend("loss", () -> distillation.step().loss());
  }

  @Override
  public byte[] snapshot() {
    return distillation.state().toSafeTensors(configuration);
  }

  /** The field decoded from four sides, the input's first. */
  @Override
  public Optional<byte[]> preview() {
    try (NDManager step = scope.newSubManager()) {
      List<ContactSheet.Panel> panels = new ArrayList<>();
      for (int k = 0; k < PREVIEW_VIEWS; k++) {
        View side = View.of(camera.turned(2 * Math.PI * k / PREVIEW_VIEWS), model.latentPx());
        NDArray latents = distillation.trainer().show(step, side).picture();
        NDArray decoded = model.decode(step, latents).mul(2).sub(1);
        panels.add(new ContactSheet.Panel("", Pictures.of(decoded, 0)));
      }
      return Optional.of(Png.encode(ContactSheet.of(panels, PREVIEW_VIEWS)));
    }
  }

  /** Every field shows something: each step only refines it. */
  @Override
  public boolean isUsable() {
    return true;
  }

  @Override
  public TaskResult result() {
    return new TaskResult.Tensors(StoredField.toBytes(distillation.state().field()));
  }

  @Override
  public void close() {
    distillation.close();
    denoiser.close();
    scope.close();
  }
}
