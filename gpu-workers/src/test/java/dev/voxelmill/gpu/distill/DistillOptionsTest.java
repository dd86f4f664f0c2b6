package dev.voxelmill.gpu.distill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.voxelmill.gpu.field.OptimiserRule;
import dev.voxelmill.protocols.plan.Methods;
import dev.voxelmill.protocols.plan.ParameterCheck;
import dev.voxelmill.protocols.plan.Parameters;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DistillOptionsTest {

  @Test
  void theDefaultsOfTheMethodAreTheSmallPriorsRecipe() {
    DistillOptions options = DistillOptions.from(parameters(Map.of()));

    assertEquals(200, options.steps());
    assertEquals(OptimiserRule.ADAM, options.rule());
    assertEquals(
        new DistillOptions.ScoreOptions(
            2, 1, 100, 700, DistillOptions.Levels.RANDOM, true, DistillOptions.Scaling.MEAN_SQUARE),
        options.score());
    assertEquals(0.03, options.rates().at(0, 200));
    assertEquals(10, options.losses().input());
  }

  @Test
  void timestepsInTheWrongOrderAreRefusedByName() {
    Parameters parameters = parameters(Map.of("distill.tMin", "800", "distill.tMax", "300"));

    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> DistillOptions.from(parameters));

    assertEquals(
        "timesteps: 800 to 300 (expected: 0 <= tMin <= tMax <= 999; fix: distill.tMin,"
            + " distill.tMax)",
        refusal.getMessage());
  }

  private static Parameters parameters(Map<String, String> given) {
    ParameterCheck check = Methods.IMAGE_TO_3D.check(given);
    return new Parameters(assertInstanceOf(ParameterCheck.Accepted.class, check).parameters());
  }
}
