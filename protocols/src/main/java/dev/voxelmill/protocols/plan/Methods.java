package dev.voxelmill.protocols.plan;

import static dev.voxelmill.protocols.plan.ParameterSpec.choice;
import static dev.voxelmill.protocols.plan.ParameterSpec.flag;
import static dev.voxelmill.protocols.plan.ParameterSpec.real;
import static dev.voxelmill.protocols.plan.ParameterSpec.whole;

import java.util.List;
import java.util.Optional;

/** Every method there is, with every parameter, its range, its default and its meaning. */
public final class Methods {
  private static final ParameterSpec CHECKPOINT_SECONDS =
      real(
          "checkpoint.everySeconds",
          0,
          3600,
          5,
          "Seconds between checkpoints of a task; 0 takes none by the clock.");

  private static final ParameterSpec CHECKPOINT_STEPS =
      whole(
          "checkpoint.everySteps",
          0,
          1_000_000,
          0,
          "Steps between checkpoints of a task; 0 takes none by the count.");

  private static final ParameterSpec BUDGET_SECONDS =
      real(
          Budget.SECONDS,
          0,
          31_536_000,
          0,
          "Seconds after acceptance, pauses apart, when what there is is delivered; 0 for no limit.");

  private static final ParameterSpec BUDGET_STEPS =
      whole(Budget.STEPS, 0, 1_000_000_000, 0, "Steps of refinement at most; 0 for no limit.");

  /** One picture in, one mesh out; the defaults suit the shipped 32-pixel prior. */
  public static final Method IMAGE_TO_3D =
      new Method(
          "image-to-3d",
          "Views imagined from one picture, lifted into voxels and refined by score distillation.",
          List.of(
              CHECKPOINT_SECONDS,
              CHECKPOINT_STEPS,
              BUDGET_SECONDS,
              BUDGET_STEPS,
              flag(
                  "project",
                  true,
                  "Start distillation from the lifted views; false starts it from a soft ball."),
              choice(
                  "denoise.mode",
                  "The posterior mean of each view in one step, or a sample in denoise.steps.",
                  "mean",
                  "sample"),
              whole("denoise.steps", 1, 1000, 20, "Sampler steps; used when mode is sample."),
              real(
                  "denoise.guidance",
                  0,
                  20,
                  1,
                  "Guidance scale s of u + s(c - u); 1 is the conditional model alone."),
              new ParameterSpec(
                  "denoise.views",
                  new ParameterRange.Choice(List.of("6", "12")),
                  "12",
                  "How many views to imagine; 6 is one 3x2 canvas, 12 are two."),
              whole(
                  "project.fitSteps",
                  0,
                  1000,
                  80,
                  "Optimiser steps that fit the field to the views after they were lifted."),
              real(
                  "project.learningRate",
                  1e-5,
                  1,
                  0.08,
                  "Learning rate of the fit at its first step; it falls to a fifth."),
              real(
                  "project.tvWeight",
                  0,
                  1e6,
                  0.02,
                  "Weight of the grid's total variation in the fit."),
              whole("distill.steps", 0, 20_000, 200, "Steps of score distillation; 0 skips it."),
              real(
                  "distill.learningRate",
                  1e-5,
                  1,
                  0.03,
                  "Learning rate at the first step; it decays over the run."),
              real(
                  "distill.guidance",
                  0,
                  200,
                  1,
                  "Guidance scale of the score; the shipped prior wants 1, large models 3 to 100."),
              whole("distill.batch", 1, 16, 2, "Views rendered and scored per step."),
              whole("distill.tMin", 0, 999, 100, "Lowest noise level, in ticks of 1000."),
              whole("distill.tMax", 1, 999, 700, "Highest noise level, in ticks of 1000."),
              real(
                  "distill.inputWeight",
                  0,
                  1e6,
                  10,
                  "Weight of the squared error against the input picture."),
              real("distill.tvWeight", 0, 1e6, 0.02, "Weight of the grid's total variation."),
              real(
                  "distill.emptinessWeight",
                  0,
                  1e6,
                  0,
                  "Weight of the emptiness loss; raise it against floaters."),
              real(
                  "distill.centreDepthWeight",
                  0,
                  1e6,
                  0,
                  "Weight of the centre-depth loss; raise it when the object drifts."),
              real(
                  "distill.nearViewWeight",
                  0,
                  1e6,
                  0,
                  "Weight of the agreement between neighbouring views."),
              real(
                  "distill.depthSmoothWeight", 0, 1e6, 0, "Weight of the smoothness of the depth."),
              flag(
                  "distill.varianceReduction",
                  true,
                  "Subtract the drawn noise from the score, which keeps its mean."),
              choice(
                  "distill.sigma",
                  "Noise levels drawn at random, or annealed from high to low.",
                  "random",
                  "annealed"),
              choice("distill.optimizer", "The optimiser of the field.", "adam", "adamax"),
              whole("grid.size", 16, 128, 32, "Voxels along an edge of the field."),
              real(
                  "mesh.level",
                  0.01,
                  0.99,
                  0.25,
                  "Opacity of a voxel at which the surface lies; enclosed hollows are filled first."),
              whole(
                  "mesh.faces",
                  100,
                  1_000_000,
                  20_000,
                  "Triangles to simplify to; a mesh that has fewer keeps them.")));

  /** A rehearsal of load and faults: the same cluster, worker and checkpoints without a model. */
  public static final Method SYNTHETIC =
      new Method(
          "synthetic",
          "Steps of a set duration over a state of a set size, for capacity and fault tests.",
          List.of(
              CHECKPOINT_SECONDS,
              CHECKPOINT_STEPS,
              BUDGET_SECONDS,
              BUDGET_STEPS,
              whole("synthetic.steps", 1, 1_000_000, 20, "Steps of the task."),
              whole(
                  "synthetic.stepMillis",
                  0,
                  600_000,
                  50,
                  "How long a step holds the device, in milliseconds; it costs no processor time."),
              whole(
                  "synthetic.stateBytes",
                  4096,
                  256L << 20,
                  65_536,
                  "Size of the state, which is the size of a checkpoint."),
              whole(
                  "synthetic.memoryBytes",
                  0,
                  1L << 40,
                  0,
                  "Memory that the task holds on the device beside its state."),
              new ParameterSpec(
                  "synthetic.faults",
                  new ParameterRange.Faults(),
                  "",
                  "Faults to rehearse, such as crash@7 or nan@12*always; see the README.")));

  private static final List<Method> ALL = List.of(IMAGE_TO_3D, SYNTHETIC);

  private Methods() {}

  /** All methods. */
  public static List<Method> all() {
    return ALL;
  }

  /** The method of that name. */
  public static Optional<Method> named(String name) {
    return ALL.stream().filter(m -> m.name().equals(name)).findFirst();
  }
}
