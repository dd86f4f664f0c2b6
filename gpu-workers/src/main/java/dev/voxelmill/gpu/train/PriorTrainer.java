package dev.voxelmill.gpu.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.diffusion.ViewPriorModel;
import dev.voxelmill.gpu.engine.Argument;
import dev.voxelmill.gpu.engine.Kernel;
import dev.voxelmill.gpu.engine.SafeTensors;
import dev.voxelmill.gpu.engine.SafeTensorsWriter;
import dev.voxelmill.gpu.nn.PriorInitialiser;
import dev.voxelmill.gpu.nn.TrainedPrior;
import dev.voxelmill.gpu.nn.ViewPriorKernel;
import dev.voxelmill.gpu.toys.ToyRenderer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A prior in training: its weights, their running average and the optimiser's moments on one
 * device, and the step that advances them.
 *
 * <p>Belongs to the device thread that made it. Its whole state is what {@link #state} writes; a
 * trainer resumed from that continues to the same bytes, because batches and rates are functions of
 * the step.
 */
final class PriorTrainer implements AutoCloseable {
  private static final double WEIGHT_DECAY = 0.01;
  private static final double GRADIENT_BOUND = 1;
  static final String NEXT_STEP = "nextStep";
  private static final List<String> PARTS = List.of("weight", "average", "first", "second");

  private final TrainingPlan plan;
  private final NDManager manager;
  private final Kernel learner;
  private final Kernel averaged;
  private final TrainedPrior averagedPrior;
  private final ToyRenderer renderer;
  private final Map<String, NDArray> state = new LinkedHashMap<>(); // "part/weight name" -> array
  private int nextStep;

  private PriorTrainer(NDManager owner, TrainingPlan plan, int nextStep) {
    this.plan = plan;
    this.nextStep = nextStep;
    manager = owner.newSubManager();
    learner = Kernel.compile(manager, ViewPriorKernel.source(plan.network(), plan.half()));
    averaged = Kernel.compile(manager, ViewPriorKernel.source(plan.network(), false));
    averagedPrior = TrainedPrior.over(plan.network(), averaged);
    renderer = new ToyRenderer(plan.network().resolution());
  }

  /** A trainer at step 0. */
  static PriorTrainer begin(NDManager owner, TrainingPlan plan) {
    PriorTrainer trainer = new PriorTrainer(owner, plan, 0);
    PriorInitialiser initialiser = new PriorInitialiser(plan.network(), plan.seed());
    plan.network()
        .weightShapes()
        .forEach(
            (name, shape) -> {
              float[] values = initialiser.values(name);
              float[] zeros = new float[values.length];
              trainer.learn(name, shape, List.of(values, values, zeros, zeros));
            });
    return trainer;
  }

  /** A trainer where another one of the same plan wrote its state. */
  static PriorTrainer resume(NDManager owner, TrainingPlan plan, SafeTensors state) {
    int nextStep = Integer.parseInt(state.metadata().get(NEXT_STEP));
    PriorTrainer trainer = new PriorTrainer(owner, plan, nextStep);
    plan.network()
        .weightShapes()
        .forEach(
            (name, shape) ->
                trainer.learn(
                    name,
                    shape,
                    PARTS.stream().map(part -> state.floats(part + "/" + name)).toList()));
    return trainer;
  }

  /** Hands one weight to the kernels. {@code values} holds its parts in the order of PARTS. */
  private void learn(String name, int[] dimensions, List<float[]> values) {
    Shape shape = new Shape(Arrays.stream(dimensions).asLongStream().toArray());
    List<Argument> arguments = new ArrayList<>();
    arguments.add(Argument.of(name));
    for (int i = 0; i < PARTS.size(); i++) {
      NDArray array = manager.create(values.get(i), shape);
      state.put(PARTS.get(i) + "/" + name, array);
      arguments.add(Argument.of(array));
    }
    arguments.add(Argument.of(isMatrix(name, dimensions) ? 1L : 0L));
    try (NDManager scope = manager.newSubManager()) {
      learner.call(scope, "learn", arguments);
      averaged.call(
          scope, "adopt", List.of(Argument.of(name), Argument.of(state.get("average/" + name))));
    }
  }

  /**
   * Muon steps the weights between hidden layers; inputs, outputs, positions and vectors are
   * AdamW's.
   */
  private static boolean isMatrix(String name, int[] dimensions) {
    return dimensions.length > 1
        && !name.endsWith(".position")
        && !name.startsWith("out.")
        && !name.startsWith("embed.1.");
  }

  /** The step that {@link #advance} does next, counted from 0. */
  int nextStep() {
    return nextStep;
  }

  /** Does one step. */
  Progress advance() {
    try (NDManager scope = manager.newSubManager()) {
      List<Argument> arguments = ToyBatch.draw(plan, nextStep, renderer).arguments(scope);
      arguments.add(Argument.of((long) nextStep + 1));
      arguments.add(Argument.of(plan.rateAt(nextStep)));
      arguments.add(Argument.of(WEIGHT_DECAY));
      arguments.add(Argument.of(GRADIENT_BOUND));
      arguments.add(Argument.of(plan.freshAt(nextStep)));
      float[] answer =
          learner.differentiate(scope, "train", arguments).singletonOrThrow().toFloatArray();
      if (!Float.isFinite(answer[0])) {
        throw new IllegalStateException(
            "loss: " + answer[0] + " at step " + nextStep + " (expected: finite)");
      }
      return new Progress(nextStep++, answer[0], answer[1]);
    }
  }

  /** The prior that the running average of the weights makes; it changes with every step. */
  ViewPriorModel averagedPrior() {
    return averagedPrior;
  }

  /** Everything that the next step depends on, copied. */
  SafeTensorsWriter state() {
    SafeTensorsWriter writer =
        new SafeTensorsWriter().metadata(NEXT_STEP, Integer.toString(nextStep));
    state.forEach(writer::add);
    return writer;
  }

  @Override
  public void close() {
    learner.close();
    averagedPrior.close();
    manager.close();
  }

  /**
   * What a step measured.
   *
   * @param step its number, counted from 0
   * @param loss mean squared error of v over the batch
   * @param gradientNorm before it was limited
   */
  record Progress(int step, float loss, float gradientNorm) {}
}
