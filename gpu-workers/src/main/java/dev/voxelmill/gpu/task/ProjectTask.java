package dev.voxelmill.gpu.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.distill.PictureScenes;
import dev.voxelmill.gpu.field.FieldState;
import dev.voxelmill.gpu.field.FieldTrainer;
import dev.voxelmill.gpu.field.LearningRates;
import dev.voxelmill.gpu.field.LossValue;
import dev.voxelmill.gpu.field.OptimiserRule;
import dev.voxelmill.gpu.field.PictureSpace;
import dev.voxelmill.gpu.field.Scene;
import dev.voxelmill.gpu.field.Shown;
import dev.voxelmill.gpu.field.View;
import dev.voxelmill.gpu.random.Noise;
import dev.voxelmill.gpu.random.NoiseStream;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.plan.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Posed views to a voxel field: the warm start of distillation.
 *
 * <p>After lifting, each step fits the field to the input view and to {@link #VIEWS_PER_STEP} of
 * the others, drawn by step number, in mean squared error of colour and coverage, with a little
 * total variation.
 */
final class ProjectTask implements StepTask {
  private static final NoiseStream CHOICE = NoiseStream.named("project/choice");
  private static final NoiseStream JITTER = NoiseStream.named("project/jitter");
  private static final int VIEWS_PER_STEP = 3;
  private static final double LEARNING_RATE = 0.08;
  private static final double VARIATION = 0.02;
  private static final double COLOUR_VARIATION = 0.5;

  private final NDManager scope;
  private final Noise noise;
  private final int steps;
  private final FieldTrainer trainer;
  private final List<Target> targets = new ArrayList<>();
  private final String configuration;

  /** A view and what it should show, (1, 4, n, n). */
  private record Target(View view, NDArray picture) {}

  ProjectTask(TaskContext context, TaskInput input, Optional<byte[]> snapshot) {
    scope = context.device().newSubManager();
    Parameters parameters = new Parameters(input.request().parameters());
    noise = new Noise(input.request().seed());
    steps = parameters.whole("project.fitSteps");
    Scene scene = PictureScenes.ofGrid(parameters.whole("grid.size"));
    EncodedView view = EncodedView.of(scope, TaskInputs.of(input, 0));
    PosedViews views = PosedViews.of(scope, TaskInputs.of(input, 1));
    targets.add(new Target(View.of(view.camera(), view.resolution()), view.image()));
    for (int i = 0; i < views.cameras().size(); i++) {
      targets.add(
          new Target(
              View.of(views.cameras().get(i), view.resolution()),
              views.pictures().get(i + ":" + (i + 1))));
    }
    configuration = "seed " + input.request().seed() + " steps " + steps;
    FieldState state =
        snapshot
            .map(bytes -> FieldState.read(scope, scene.layout(), bytes, configuration))
            .orElseGet(() -> FieldState.fresh(PictureScenes.softBall(scope, scene.layout())));
    trainer = new FieldTrainer(scope, scene, OptimiserRule.ADAM, state);
  }

  @Override
  public long nextStep() {
    return trainer.state().nextStep();
  }

  @Override
  public long totalSteps() {
    return steps;
  }

  @Override
  public StepOutcome step() {
    int step = trainer.state().nextStep();
    try (FieldTrainer.Step pass = trainer.begin()) {
      List<Target> chosen = chosen(step);
      double loss = 0;
      for (int i = 0; i < chosen.size(); i++) {
        loss += pull(pass, chosen.get(i), step, i) / chosen.size();
      }
      loss += pass.addVariation(VARIATION, COLOUR_VARIATION);
      if (!Double.isFinite(loss)) {
        return notFinite("loss of fitting step " + step + ": " + loss + " (expected: finite)");
      }
      pass.update(LearningRates.falling(LEARNING_RATE), step, steps);
      return new StepOutcome.Advanced(loss);
    } catch (ArithmeticException diverged) {
      return notFinite(diverged.getMessage());
    }
  }

  private double pull(FieldTrainer.Step pass, Target target, int step, int place) {
    int rays = target.view().intrinsics().width() * target.view().intrinsics().height();
    float[] jitter = new float[rays];
    noise.fillUniforms(JITTER, step, (long) place * rays, jitter);
    Shown shown = pass.show(target.view(), jitter);
    LossValue error =
        trainer.losses().squaredError(pass.scope(), shown.picture(), target.picture());
    double weight = 2.0 / (VIEWS_PER_STEP + 1);
    shown.askPicture(pass.scope(), PictureSpace.RGBA, error.gradient(), weight);
    pass.pull(shown);
    return error.value().getFloat();
  }

  /** The input view and some of the others, each at most once. */
  private List<Target> chosen(int step) {
    List<Target> others = new ArrayList<>(targets.subList(1, targets.size()));
    List<Target> chosen = new ArrayList<>(List.of(targets.getFirst()));
    for (int i = 0; i < VIEWS_PER_STEP; i++) {
      chosen.add(others.remove(noise.below(others.size(), CHOICE, step, i)));
    }
    return chosen;
  }

  private static StepOutcome notFinite(String message) {
    return StepOutcome.Failed.permanent(JobFailure.Code.NOT_FINITE, message);
  }

  @Override
  public byte[] snapshot() {
    return trainer.state().toSafeTensors(configuration);
  }

  @Override
  public TaskResult result() {
    return new TaskResult.Tensors(StoredField.toBytes(trainer.state().field()));
  }

  @Override
  public void close() {
    trainer.close();
    scope.close();
  }
}
