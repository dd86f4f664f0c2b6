package dev.voxelmill.gpu.distill;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.field.FieldLosses;
import dev.voxelmill.gpu.field.FieldState;
import dev.voxelmill.gpu.field.FieldTrainer;
import dev.voxelmill.gpu.field.LossValue;
import dev.voxelmill.gpu.field.PictureSpace;
import dev.voxelmill.gpu.field.Scene;
import dev.voxelmill.gpu.field.Shown;
import dev.voxelmill.gpu.field.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A distillation, step by step.
 *
 * <p>One step (sjc run_sjc.py and zero123 3drec/run_zero123.py, {@code sjc_3d}):
 *
 * <ol>
 *   <li>The input view, if there is one: squared error through the decoder, a tenth of the depth
 *       smoothness.
 *   <li>Each scored view: {@code z = y + sigma n}, D from the denoiser, its gradient at y;
 *       emptiness of its rays, centre depth, and late in the run depth smoothness.
 *   <li>The near view of the first scored one: mean distance of pictures and of depths.
 *   <li>Total variation of the grid, then one update.
 * </ol>
 *
 * <p>With several scored views what is asked of each is divided by their number. The state is the
 * {@link FieldState}; everything random comes from {@link Draws} by step.
 */
public final class Distillation implements AutoCloseable {
  /** What the small prior's recipe counts a step of a colour feature against one of density. */
  private static final double COLOUR_VARIATION = 0.5;

  /** Part of the depth smoothness that the input view gets, from the first step on. */
  private static final double INPUT_SMOOTHNESS = 0.1;

  private final DistillOptions options;
  private final Optional<InputView> input;
  private final Denoiser denoiser;
  private final Draws draws;
  private final FieldTrainer trainer;
  private final Scores scores;

  /**
   * A run that continues from a state.
   *
   * @param owner of the kernels
   * @param scene how views come about
   * @param state changed in place; its tensors must outlive the run
   */
  public Distillation(
      NDManager owner, DistillOptions options, Scene scene, FieldState state, Guides guides) {
    this.options = options;
    input = guides.input();
    denoiser = guides.denoiser();
    draws = guides.draws();
    trainer = new FieldTrainer(owner, scene, options.rule(), state);
    scores = new Scores(owner);
  }

  /**
   * What leads a run.
   *
   * @param input the known view, if any
   * @param denoiser the model's expectation of the others
   * @param draws what is random
   */
  public record Guides(Optional<InputView> input, Denoiser denoiser, Draws draws) {}

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

  /**
   * What a step has shown and gathered, just before it changes the field. The tensors die with the
   * step.
   *
   * @param shown the input view if there is one, the scored views, the near view if there is one
   * @param gradients summed over all of them
   */
  public record Passed(List<Shown> shown, FieldState.Pending gradients) {}

  /** Does the next step. */
  public StepReport step() {
    return step(passed -> {});
  }

  /** Does the next step and lets an observer look before the field changes. */
  public StepReport step(Consumer<Passed> observer) {
    int step = nextStep();
    if (step >= options.steps()) {
      throw new IllegalStateException(
          "step: %d (expected: < %d, the steps of the run)".formatted(step, options.steps()));
    }
    try (FieldTrainer.Step pass = trainer.begin()) {
      Tally tally = new Tally();
      input.ifPresent(known -> inputView(pass, known, step, tally));
      scoredViews(pass, step, tally);
      if (options.losses().variation() > 0) {
        tally.regularisers += pass.addVariation(options.losses().variation(), COLOUR_VARIATION);
      }
      observer.accept(new Passed(List.copyOf(tally.shown), pass.sums()));
      finish(pass, step);
      return new StepReport(step, tally.residual, tally.input, tally.regularisers);
    }
  }

  /** Sums of one step. */
  private static final class Tally {
    private final List<Shown> shown = new ArrayList<>();
    private double residual;
    private double input;
    private double regularisers;
  }

  private void finish(FieldTrainer.Step pass, int step) {
    int every = options.accumulation();
    if (step % every == every - 1) {
      pass.update(options.rates(), step / every, options.steps());
    } else {
      pass.postpone();
    }
  }

  private void inputView(FieldTrainer.Step pass, InputView known, int step, Tally tally) {
    NDManager scope = pass.scope();
    DistillOptions.LossWeights weights = options.losses();
    int rays = known.view().intrinsics().width() * known.view().intrinsics().height();
    Shown shown = pass.show(known.view(), draws.jitter(step, 0, rays));
    if (weights.depthSmoothness() > 0) {
      double weight = INPUT_SMOOTHNESS * weights.depthSmoothness();
      smooth(scope, shown, weight, tally);
    }
    if (weights.input() > 0) {
      NDArray decoded = known.decoder().decode(scope, shown.picture());
      LossValue error = trainer.losses().squaredError(scope, decoded, known.picture());
      NDArray gradient = known.decoder().pullBack(scope, shown.picture(), error.gradient());
      shown.askPicture(scope, space(), gradient, weights.input());
      tally.input = weights.input() * error.value().getFloat();
    }
    pass.pull(shown);
    tally.shown.add(shown);
  }

  private void scoredViews(FieldTrainer.Step pass, int step, Tally tally) {
    int count = options.score().views();
    List<Shown> shown = new ArrayList<>(count);
    for (int index = 0; index < count; index++) {
      View view = draws.view(step, index);
      int rays = view.intrinsics().width() * view.intrinsics().height();
      shown.add(pass.show(view, draws.jitter(step, 1 + index, rays)));
    }
    tally.shown.addAll(shown);
    score(pass.scope(), step, shown, tally);
    if (options.losses().nearView() > 0) {
      nearView(pass, step, shown.getFirst(), tally);
    }
    for (Shown one : shown) {
      regularise(pass.scope(), step, one, tally);
      pass.pull(one);
    }
  }

  private void score(NDManager scope, int step, List<Shown> shown, Tally tally) {
    DistillOptions.ScoreOptions score = options.score();
    NDArray pictures = pictures(scope, shown); // (V, C, H, W)
    int batch = shown.size() * score.noises();
    double[] levels = draws.sigmas(step, batch);
    NDArray sigmas = scope.create(floats(levels)); // (B)
    long[] shape = pictures.getShape().getShape();
    shape[0] = batch;
    Shape drawn = new Shape(shape);
    NDArray noise = scope.create(draws.noise(step, Math.toIntExact(drawn.size())), drawn);
    NDArray z = scores.perturb(scope, pictures, noise, sigmas);
    List<View> views = shown.stream().map(Shown::view).toList();
    NDArray denoised = denoiser.denoise(scope, z, levels, views);
    Scores.Direction direction =
        scores.direction(
            scope,
            new Scores.Asked(pictures, z, denoised, sigmas),
            score.varianceReduction(),
            score.scaling());
    for (int index = 0; index < shown.size(); index++) {
      NDArray uphill = direction.uphill().get(index);
      shown.get(index).askPicture(scope, space(), uphill, -1.0 / shown.size());
    }
    tally.residual = direction.residual().getFloat();
  }

  private static NDArray pictures(NDManager scope, List<Shown> shown) {
    NDList each = new NDList(shown.stream().map(Shown::picture).toList());
    NDArray all = NDArrays.concat(each, 0);
    all.attach(scope);
    return all;
  }

  private void nearView(FieldTrainer.Step pass, int step, Shown scored, Tally tally) {
    View beside = draws.nearView(step, scored.view());
    int rays = beside.intrinsics().width() * beside.intrinsics().height();
    int index = 1 + options.score().views();
    Shown near = pass.show(beside, draws.jitter(step, index, rays));
    FieldLosses losses = trainer.losses();
    LossValue pictures = losses.meanDistance(pass.scope(), near.picture(), scored.picture());
    LossValue depths = losses.meanDistance(pass.scope(), near.depth(), scored.depth());
    double weight = options.losses().nearView();
    near.askPicture(pass.scope(), space(), pictures.gradient(), weight);
    near.gradient().addDepth(depths.gradient(), weight);
    scored.askPicture(pass.scope(), space(), pictures.gradient(), -weight);
    scored.gradient().addDepth(depths.gradient(), -weight);
    tally.regularisers += weight * (pictures.value().getFloat() + depths.value().getFloat());
    pass.pull(near);
    tally.shown.add(near);
  }

  private void regularise(NDManager scope, int step, Shown shown, Tally tally) {
    DistillOptions.LossWeights weights = options.losses();
    double share = 1.0 / options.score().views();
    FieldLosses losses = trainer.losses();
    double emptiness = weights.emptiness().weightAt(step, options.steps());
    if (emptiness > 0) {
      NDArray seen = shown.rendering().weights();
      double scale = weights.emptiness().scale();
      LossValue loss =
          switch (weights.emptiness().form()) {
            case SJC -> losses.emptiness(scope, seen, scale);
            case THREE_D_REC -> losses.signedEmptiness(scope, seen, scale);
          };
      shown.gradient().addWeights(loss.gradient(), share * emptiness);
      tally.regularisers += share * emptiness * loss.value().getFloat();
    }
    if (weights.centreDepth() > 0) {
      LossValue loss = losses.centreDepth(scope, shown.depth());
      shown.gradient().addDepth(loss.gradient(), share * weights.centreDepth());
      tally.regularisers += share * weights.centreDepth() * loss.value().getFloat();
    }
    if (weights.depthSmoothness() > 0 && step >= weights.smoothFrom() * options.steps()) {
      smooth(scope, shown, share * weights.depthSmoothness(), tally);
    }
  }

  private void smooth(NDManager scope, Shown shown, double weight, Tally tally) {
    LossValue loss = trainer.losses().depthSmoothness(scope, shown.depth());
    shown.gradient().addDepth(loss.gradient(), weight);
    tally.regularisers += weight * loss.value().getFloat();
  }

  private PictureSpace space() {
    return trainer.scene().space();
  }

  private static float[] floats(double[] values) {
    float[] narrowed = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      narrowed[i] = (float) values[i];
    }
    return narrowed;
  }

  @Override
  public void close() {
    scores.close();
    trainer.close();
  }
}
