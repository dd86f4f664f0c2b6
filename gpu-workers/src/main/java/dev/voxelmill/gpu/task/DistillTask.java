package dev.voxelmill.gpu.task;

import ai.djl.ndarray.NDArray;
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
import dev.voxelmill.gpu.raster.ContactSheet;
import dev.voxelmill.gpu.raster.Png;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import dev.voxelmill.protocols.plan.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Score distillation of a voxel radiance field, from the projected field if there is one.
 *
 * <p>The second input, if named, is the field to start from; without it the start is a soft ball.
 */
final class DistillTask implements StepTask {
  private static final int PREVIEW_VIEWS = 4;
  private static final int PREVIEW_PX = 64;

  private final NDManager scope;
  private final ViewPrior prior;
  private final Distillation distillation;
  private final OrbitCamera camera;
  private final String configuration;

  DistillTask(TaskContext context, TaskInput input, Optional<byte[]> snapshot) {
    scope = context.device();
    Parameters parameters = input.parameters();
    EncodedView view = EncodedView.of(scope, TaskInputs.of(input, 0));
    camera = view.camera();
    prior = context.prior().condition(scope, view.image(), camera);
    Scene scene = PictureScenes.ofGrid(parameters.whole("grid.size"));
    DistillOptions options = DistillOptions.from(parameters);
    // Of the request alone: a state may be gone on with after a remedy has changed the options.
    configuration =
        input.request().seed()
            + " "
            + DistillOptions.from(new Parameters(input.request().parameters()));
    FieldState state =
        snapshot
            .map(bytes -> FieldState.read(scope, scene.layout(), bytes, configuration))
            .orElseGet(() -> FieldState.fresh(start(input, scene.layout())));
    int n = view.resolution();
    distillation =
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
  }

  private VoxelField start(TaskInput input, FieldLayout layout) {
    return input.spec().inputs().size() > 1
        ? StoredField.read(scope, layout, TaskInputs.of(input, 1))
        : PictureScenes.softBall(scope, layout);
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

  /** The field from four sides, the input's first. */
  @Override
  public Optional<byte[]> preview() {
    try (NDManager step = scope.newSubManager()) {
      List<ContactSheet.Panel> panels = new ArrayList<>();
      for (int k = 0; k < PREVIEW_VIEWS; k++) {
        OrbitCamera side = camera.turned(2 * Math.PI * k / PREVIEW_VIEWS);
        NDArray picture = distillation.trainer().show(step, View.of(side, PREVIEW_PX)).picture();
        panels.add(new ContactSheet.Panel("", Pictures.of(picture, 0)));
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
    prior.close();
    scope.close();
  }
}
