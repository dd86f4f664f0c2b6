package dev.voxelmill.gpu.field;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.engine.Shapes;
import java.util.Arrays;
import java.util.Optional;

/**
 * The loop body that every optimisation of a field shares: show views, gather what is asked of
 * them, carry it back, update.
 *
 * <p>All that a step makes lives in the step's own scope and is freed with it.
 */
public final class FieldTrainer implements AutoCloseable {
  private final NDManager owner;
  private final Scene scene;
  private final FieldRenderer renderer;
  private final FieldOptimiser optimiser;
  private final FieldLosses losses;
  private FieldState state;

  /** A trainer whose kernels belong to the owner; the state is changed in place. */
  public FieldTrainer(NDManager owner, Scene scene, OptimiserRule rule, FieldState state) {
    this.owner = owner;
    this.scene = scene;
    this.state = state;
    renderer = new FieldRenderer(owner, scene.layout(), scene.lookup());
    optimiser = new FieldOptimiser(owner, rule);
    losses = new FieldLosses(owner);
  }

  public Scene scene() {
    return scene;
  }

  public FieldState state() {
    return state;
  }

  public FieldLosses losses() {
    return losses;
  }

  /** Begins the next step; close it when it is done. */
  public Step begin() {
    return new Step();
  }

  /** Renders one view outside of any step, without jitter. */
  public Shown show(NDManager scope, View view) {
    Rays rays = view.rays();
    float[] middle = new float[rays.count()];
    Arrays.fill(middle, 0.5f);
    return show(scope, view, rays, middle);
  }

  private Shown show(NDManager scope, View view, Rays rays, float[] jitter) {
    RayMarch march = scene.marching().march(rays, scene.layout(), jitter);
    NDArray background = background(scope, view, rays);
    Rendering rendering = renderer.render(scope, state.field(), march, background);
    int width = view.intrinsics().width();
    int height = view.intrinsics().height();
    return new Shown(
        view,
        rays,
        rendering,
        picture(rendering, width, height),
        rendering.depth().reshape(height, width),
        new RenderGradient(scope, rendering));
  }

  private NDArray background(NDManager scope, View view, Rays rays) {
    return switch (scene.backdrop()) {
      case Backdrop.Plain(double value) ->
          scope.full(
              new Shape(scene.layout().channels(), rays.count()), (float) value, DataType.FLOAT32);
      case Backdrop.Texture() -> renderer.texture(scope, state.field(), rays);
      case Backdrop.Picture(NDArray picture) ->
          renderer.picture(scope, picture, view.intrinsics().width(), view.intrinsics().height());
    };
  }

  private NDArray picture(Rendering rendering, int width, int height) {
    NDArray image = rendering.image();
    return switch (scene.space()) {
      case LATENT -> image.reshape(1, image.getShape().get(0), height, width);
      case RGBA -> {
        NDArray both = image.concat(rendering.opacity().expandDims(0), 0);
        yield both.mul(2).sub(1).reshape(1, image.getShape().get(0) + 1, height, width);
      }
    };
  }

  @Override
  public void close() {
    losses.close();
    optimiser.close();
    renderer.close();
  }

  /** One step in its own scope. */
  public final class Step implements AutoCloseable {
    private final NDManager scope = owner.newSubManager();
    private Optional<FieldState.Pending> sums = state.pending();

    private Step() {}

    /** Owns everything that the step makes. */
    public NDManager scope() {
      return scope;
    }

    /** Renders a view; {@code jitter} is one number in [0, 1) per ray. */
    public Shown show(View view, float[] jitter) {
      return FieldTrainer.this.show(scope, view, view.rays(), jitter);
    }

    /** Carries back what was asked of a view. */
    public void pull(Shown shown) {
      FieldGradient gradient =
          renderer.backward(scope, state.field(), shown.rendering(), shown.gradient());
      Optional<NDArray> texture =
          scene.backdrop() instanceof Backdrop.Texture
              ? Optional.of(
                  renderer.textureBackward(
                      scope,
                      state.field(),
                      shown.rays(),
                      shown.rendering().tape().background(),
                      gradient.background()))
              : Optional.empty();
      add(gradient.grid(), gradient.logGain(), texture);
    }

    /** Adds {@code weight} times the gradient of the grid's total variation. */
    public double addVariation(double weight, double colourWeight) {
      LossValue variation = losses.variation(scope, state.field(), colourWeight);
      NDArray grid = variation.gradient().muli(weight);
      add(grid, scope.zeros(new Shape(), DataType.FLOAT32), Optional.empty());
      return weight * variation.value().getFloat();
    }

    private void add(NDArray grid, NDArray logGain, Optional<NDArray> texture) {
      Shapes.require(grid, "gradient of the grid", state.field().grid().getShape().getShape());
      if (sums.isEmpty()) {
        sums = Optional.of(new FieldState.Pending(grid, logGain, texture));
        return;
      }
      FieldState.Pending sum = sums.get();
      sum.grid().addi(grid);
      sum.logGain().addi(logGain);
      Optional<NDArray> both = sum.texture().isPresent() ? sum.texture() : texture;
      sum.texture().ifPresent(total -> texture.ifPresent(total::addi));
      sums = Optional.of(new FieldState.Pending(sum.grid(), sum.logGain(), both));
    }

    /** The gradients summed so far: of the grid, the log gain and the texture. */
    public FieldState.Pending sums() {
      return sums.orElseThrow();
    }

    /** Ends the step without an update: its gradients wait for the next one. */
    public void postpone() {
      FieldState.Pending sum = sums();
      new NDList(sum.grid(), sum.logGain()).attach(owner);
      sum.texture().ifPresent(tensor -> tensor.attach(owner));
      state = state.after(state.nextStep(), sums);
    }

    /**
     * Ends the step with an update of every part of the field.
     *
     * @param updates how many updates there were before, from 0
     * @param steps of the whole run
     */
    public void update(LearningRates rates, int updates, int steps) {
      FieldState.Pending sum = sums();
      int step = state.nextStep();
      requireFinite(sum.grid(), step);
      double rate = rates.at(step, steps);
      VoxelField field = state.field();
      optimiser.step(scope, field.grid(), sum.grid(), state.grid(), updates, rate);
      if (rates.gain()) {
        optimiser.step(scope, field.logGain(), sum.logGain(), state.logGain(), updates, rate);
      }
      if (sum.texture().isPresent() && rates.texture() > 0) {
        optimiser.step(
            scope,
            field.texture().orElseThrow(),
            sum.texture().get(),
            state.texture().orElseThrow(),
            updates,
            rates.texture());
      }
      state.pending().ifPresent(FieldState.Pending::close);
      state = state.after(step, Optional.empty());
    }

    private void requireFinite(NDArray gradient, int step) {
      try (NDArray sum = gradient.sum()) {
        float value = sum.getFloat();
        if (!Float.isFinite(value)) {
          throw new ArithmeticException(
              "gradient of the grid at step %d: %s (expected: finite; fix: lower the learning rate or the guidance)"
                  .formatted(step, value));
        }
      }
    }

    @Override
    public void close() {
      scope.close();
    }
  }
}
