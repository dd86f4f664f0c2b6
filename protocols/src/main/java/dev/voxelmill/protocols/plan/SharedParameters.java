package dev.voxelmill.protocols.plan;

import static dev.voxelmill.protocols.plan.ParameterSpec.flag;
import static dev.voxelmill.protocols.plan.ParameterSpec.real;
import static dev.voxelmill.protocols.plan.ParameterSpec.whole;

import dev.voxelmill.protocols.model.RegisteredModel;
import java.util.List;
import java.util.stream.Stream;

/** Parameters that several methods have, each with one meaning everywhere. */
final class SharedParameters {
  /** Name of the parameter that names a pretrained model of {@code conf/models.conf}. */
  static final String MODEL = "model";

  private static final String ALLOW_CLASS_CHANGE = "checkpoint.allowClassChange";

  private static final List<ParameterSpec> OF_EVERY_METHOD =
      List.of(
          real(
              "checkpoint.everySeconds",
              0,
              3600,
              5,
              "Seconds between checkpoints of a task; 0 takes none by the clock."),
          whole(
              "checkpoint.everySteps",
              0,
              1_000_000,
              0,
              "Steps between checkpoints of a task; 0 takes none by the count."),
          flag(
              ALLOW_CLASS_CHANGE,
              false,
              "Whether a task may go on from a checkpoint of another device class, which loses no"
                  + " work and may change the last bits; the asset is then marked class-change."),
          real(
              Budget.SECONDS,
              0,
              31_536_000,
              0,
              "Seconds after acceptance, pauses apart, when what there is is delivered; 0 for no limit."),
          whole(
              Budget.STEPS,
              0,
              1_000_000_000,
              0,
              "Steps of refinement at most, or of the sampler where nothing is refined; 0 for no limit."));

  private SharedParameters() {}

  /** What every method has, and then what only one has. */
  static List<ParameterSpec> and(ParameterSpec... own) {
    return Stream.concat(OF_EVERY_METHOD.stream(), Stream.of(own)).toList();
  }

  /** What every method has, and then groups that several methods have. */
  static List<ParameterSpec> and(List<List<ParameterSpec>> groups) {
    return Stream.concat(OF_EVERY_METHOD.stream(), groups.stream().flatMap(List::stream)).toList();
  }

  /** The pretrained model that a method computes with. */
  static ParameterSpec model(RegisteredModel.Kind kind, String byDefault) {
    return new ParameterSpec(
        MODEL,
        new ParameterRange.ModelName(kind),
        byDefault,
        "The pretrained model, by its name in conf/models.conf; never a path.");
  }
}
