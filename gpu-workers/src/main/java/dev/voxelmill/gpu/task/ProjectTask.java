package dev.voxelmill.gpu.task;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.distill.PictureScenes;
import dev.voxelmill.gpu.field.FieldState;
import dev.voxelmill.gpu.field.Scene;
import dev.voxelmill.gpu.projection.FitOptions;
import dev.voxelmill.gpu.projection.PosedPicture;
import dev.voxelmill.gpu.projection.Projection;
import dev.voxelmill.gpu.projection.ViewFit;
import dev.voxelmill.protocols.plan.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Posed views to a voxel field, lifted and then fitted: the warm start of distillation. */
final class ProjectTask implements StepTask {
  /** Imagined views compared per step, beside the input view. */
  private static final int VIEWS_PER_STEP = 3;

  private final NDManager scope;
  private final ViewFit fit;
  private final String configuration;

  ProjectTask(TaskContext context, TaskInput input, Optional<byte[]> snapshot) {
    scope = context.device();
    Parameters parameters = input.parameters();
    Scene scene = PictureScenes.ofGrid(parameters.whole("grid.size"));
    FitOptions options = options(parameters);
    long seed = input.request().seed();
    configuration = input.configuration(ProjectTask::options);
    EncodedView view = EncodedView.of(scope, TaskInputs.of(input, 0));
    PosedViews views = PosedViews.of(scope, TaskInputs.of(input, 1));
    PosedPicture known = new PosedPicture(view.camera(), view.sized(views.resolution()));
    List<PosedPicture> imagined = posed(views);
    FieldState state =
        snapshot
            .map(bytes -> FieldState.read(scope, scene.layout(), bytes, configuration))
            .orElseGet(() -> FieldState.fresh(Projection.lift(scope, scene, known, imagined)));
    fit = new ViewFit(scope, options, scene, state, known, imagined, seed);
  }

  private static FitOptions options(Parameters parameters) {
    return new FitOptions(
        parameters.whole("project.fitSteps"),
        VIEWS_PER_STEP,
        parameters.real("project.learningRate"),
        parameters.real("project.tvWeight"));
  }

  private static List<PosedPicture> posed(PosedViews views) {
    List<PosedPicture> posed = new ArrayList<>();
    for (int i = 0; i < views.cameras().size(); i++) {
      posed.add(new PosedPicture(views.cameras().get(i), views.pictures().get(i + ":" + (i + 1))));
    }
    return posed;
  }

  @Override
  public long nextStep() {
    return fit.nextStep();
  }

  @Override
  public long totalSteps() {
    return fit.totalSteps();
  }

  @Override
  public StepOutcome step() {
    return StepOutcome.descend("loss of the fit", fit::step);
  }

  @Override
  public byte[] snapshot() {
    return fit.state().toSafeTensors(configuration);
  }

  @Override
  public TaskResult result() {
    return new TaskResult.Tensors(StoredField.toBytes(fit.state().field()));
  }

  @Override
  public void close() {
    fit.close();
    scope.close();
  }
}
