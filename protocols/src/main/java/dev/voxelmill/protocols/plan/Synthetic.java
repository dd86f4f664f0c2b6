package dev.voxelmill.protocols.plan;

import static dev.voxelmill.protocols.plan.ParameterSpec.whole;

import java.util.List;

/** A rehearsal of load and faults: the same cluster, worker and checkpoints without a model. */
final class Synthetic {
  static final Method METHOD =
      new Method(
          "synthetic",
          "Steps of a set duration over a state of a set size, for capacity and fault tests.",
          SharedParameters.and(
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
                  "Faults to rehearse, such as crash@7 or nan@12*always; see the README.")),
          parameters ->
              new Plan(List.of(new TaskSpec("synthetic", TaskKind.SYNTHETIC, List.of()))));

  private Synthetic() {}
}
