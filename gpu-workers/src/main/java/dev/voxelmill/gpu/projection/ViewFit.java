package dev.voxelmill.gpu.projection;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.field.FieldState;
import dev.voxelmill.gpu.field.FieldTrainer;
import dev.voxelmill.gpu.field.LearningRates;
import dev.voxelmill.gpu.field.LossValue;
import dev.voxelmill.gpu.field.OptimiserRule;
import dev.voxelmill.gpu.field.Scene;
import dev.voxelmill.gpu.field.Shown;
import dev.voxelmill.gpu.field.View;
import dev.voxelmill.gpu.random.Noise;
import dev.voxelmill.gpu.random.NoiseStream;
import java.util.ArrayList;
import java.util.List;

/**
 * The fit of a field to posed pictures, step by step: the input view and a few others per step,
 * twice their mean squared error and the grid's total variation. Which views a step shows is a
 * function of seed and step, and views are known by the order of their cameras, so a run stopped
 * anywhere and continued from its {@link FieldState} gives the same bytes.
 */
public final class ViewFit implements AutoCloseable {
  private static final NoiseStream CHOICE = NoiseStream.named("project/views");
  private static final NoiseStream JITTER = NoiseStream.named("project/jitter");

  /** What a step of a colour feature counts against one of density. */
  private static final double COLOUR_VARIATION = 0.5;

  /** Weight of each view's mean squared error before the mean over views. */
  private static final double ERROR_WEIGHT = 2;

  private final FitOptions options;
  private final LearningRates rates;
  private final PosedPicture input;
  private final List<PosedPicture> views;
  private final Noise noise;
  private final FieldTrainer trainer;

  /**
   * A fit that continues from a state.
   *
   * @param owner of the kernels
   * @param state changed in place
   * @param input the picture that is known
   * @param views the imagined ones, in any order; at least one
   * @param seed of the choice of views
   */
  public ViewFit(
      NDManager owner,
      FitOptions options,
      Scene scene,
      FieldState state,
      PosedPicture input,
      List<PosedPicture> views,
      long seed) {
    this.options = options;
    this.input = input;
    this.views = views.stream().sorted(PosedPicture.ORDER).toList();
    rates = LearningRates.falling(options.learningRate());
    noise = new Noise(seed);
    trainer = new FieldTrainer(owner, scene, OptimiserRule.ADAM, state);
  }

  /** The step to do next; equals {@link #totalSteps} when nothing is left. */
  public int nextStep() {
    return trainer.state().nextStep();
  }

  public int totalSteps() {
    return options.steps();
  }

  /** The state between two steps. */
  public FieldState state() {
    return trainer.state();
  }

  /** Shows and measures the field. */
  public FieldTrainer trainer() {
    return trainer;
  }

  /** Does the next step; returns the mean squared error of the views that it showed. */
  public double step() {
    int step = nextStep();
    if (step >= options.steps()) {
      throw new IllegalStateException(
          "step: %d (expected: < %d, the steps of the fit)".formatted(step, options.steps()));
    }
    try (FieldTrainer.Step pass = trainer.begin()) {
      List<PosedPicture> chosen = chosen(step);
      double error = 0;
      for (int index = 0; index < chosen.size(); index++) {
        PosedPicture picture = chosen.get(index);
        error += compare(pass, picture, jitter(step, index, picture), chosen.size());
      }
      if (options.variation() > 0) {
        pass.addVariation(options.variation(), COLOUR_VARIATION);
      }
      pass.update(rates, step, options.steps());
      return error;
    }
  }

  private double compare(
      FieldTrainer.Step pass, PosedPicture picture, float[] jitter, int pictures) {
    Shown shown = pass.show(View.of(picture.camera(), picture.sizePx()), jitter);
    LossValue error =
        trainer.losses().squaredError(pass.scope(), shown.picture(), picture.picture());
    double weight = ERROR_WEIGHT / pictures;
    shown.askPicture(pass.scope(), trainer.scene().space(), error.gradient(), weight);
    pass.pull(shown);
    return error.value().getFloat() / pictures;
  }

  private float[] jitter(int step, int index, PosedPicture picture) {
    int rays = picture.sizePx() * picture.sizePx();
    float[] jitter = new float[rays];
    noise.fillUniforms(JITTER, step, (long) index * rays, jitter);
    return jitter;
  }

  /** The input view and as many others as a step shows, without repetition. */
  private List<PosedPicture> chosen(int step) {
    List<PosedPicture> left = new ArrayList<>(views);
    List<PosedPicture> chosen = new ArrayList<>();
    chosen.add(input);
    for (int draw = 0; draw < options.views() && !left.isEmpty(); draw++) {
      chosen.add(left.remove(noise.below(left.size(), CHOICE, step, draw)));
    }
    return chosen;
  }

  @Override
  public void close() {
    trainer.close();
  }
}
