package dev.voxelmill.protocols.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class MethodTest {
  private static final Method METHOD = Methods.IMAGE_TO_3D;

  @Test
  void aRequestThatNamesNothingGetsEveryDefault() {
    var check = (ParameterCheck.Accepted) METHOD.check(Map.of());

    assertEquals(METHOD.parameters().size(), check.parameters().size());
    assertEquals("200", check.parameters().get("distill.steps"));
  }

  @Test
  void valuesThatMeanTheSameAreWrittenTheSame() {
    var one = METHOD.check(Map.of("distill.guidance", "3", "project", "TRUE"));
    var other = METHOD.check(Map.of("distill.guidance", "3.0", "project", "true"));

    assertEquals(one, other);
  }

  @Test
  void anUnknownNameIsAnsweredWithTheNearestNames() {
    var check = (ParameterCheck.Refused) METHOD.check(Map.of("distil.steps", "5"));

    assertEquals(1, check.problems().size());
    assertTrue(check.problems().getFirst().contains("nearest: distill.steps"), check.toString());
  }

  @Test
  void allProblemsAreNamedTogether() {
    var given = Map.of("distill.steps", "-1", "mesh.level", "NaN", "denoise.mode", "average");

    var check = (ParameterCheck.Refused) METHOD.check(given);

    assertEquals(
        List.of(
            "parameters.denoise.mode: 'average' (expected: mean or sample)",
            "parameters.distill.steps: '-1' (expected: a whole number from 0 to 20000)",
            "parameters.mesh.level: 'NaN' (expected: a number from 0.01 to 0.99)"),
        check.problems());
  }

  @Property
  void everyWholeNumberInRangeIsAccepted(@ForAll @IntRange(min = 16, max = 128) int size) {
    var check = METHOD.check(Map.of("grid.size", Integer.toString(size)));

    var accepted = assertInstanceOf(ParameterCheck.Accepted.class, check);
    assertEquals(size, new Parameters(accepted.parameters()).whole("grid.size"));
  }

  @Test
  void posesAreOneToAHundredAndTwentyEight() {
    String thousand = "0/1/0" + ",0/1/0".repeat(999);

    var none = (ParameterCheck.Refused) Methods.ZERO123.check(Map.of("poses", ""));
    var many = (ParameterCheck.Refused) Methods.ZERO123.check(Map.of("poses", thousand));
    var most = Methods.ZERO123.check(Map.of("poses", "0/1/0" + ",0/1/0".repeat(127)));

    assertTrue(none.problems().getFirst().startsWith("parameters.poses: 0 poses (expected: 1 to"));
    assertTrue(many.problems().getFirst().startsWith("parameters.poses: 1000 poses (expected: 1"));
    assertInstanceOf(ParameterCheck.Accepted.class, most);
  }

  @Test
  void posesThatMeanTheSameAreWrittenTheSame() {
    var one = Methods.ZERO123.check(Map.of("poses", " -20/90/0 , 0/180.0/.1"));
    var other = Methods.ZERO123.check(Map.of("poses", "-20.0/90.0/0.0,0.0/180.0/0.1"));

    assertEquals(one, other);
    for (String wrong : List.of("0/0", "181/0/0", "0/NaN/0", "0/0/11", "0/0/0,", "here")) {
      assertInstanceOf(
          ParameterCheck.Refused.class, Methods.ZERO123.check(Map.of("poses", wrong)), wrong);
    }
  }

  @Test
  void aModelIsNamedAndNeverAPath() {
    for (String path : List.of("../zero123", "/models/zero123", "a/b", "Zero123", "")) {
      assertInstanceOf(
          ParameterCheck.Refused.class, Methods.ZERO123.check(Map.of("model", path)), path);
    }
    assertInstanceOf(
        ParameterCheck.Accepted.class, Methods.ZERO123.check(Map.of("model", "zero123-xl")));
  }

  @Test
  void aGuidanceThatIsNoNumberIsRefused() {
    var check = (ParameterCheck.Refused) Methods.ZERO123.check(Map.of("denoise.guidance", "NaN"));

    assertEquals(
        List.of("parameters.denoise.guidance: 'NaN' (expected: a number from 0.0 to 20.0)"),
        check.problems());
  }
}
