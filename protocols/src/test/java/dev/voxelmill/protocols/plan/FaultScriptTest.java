package dev.voxelmill.protocols.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.plan.FaultScript.Fault;
import dev.voxelmill.protocols.plan.FaultScript.Kind;
import dev.voxelmill.protocols.plan.FaultScript.Point;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultScriptTest {
  @Property
  void everyScriptReadsBackFromItsCanonicalText(@ForAll("scripts") FaultScript script) {
    assertEquals(Optional.of(script), FaultScript.parse(script.toString()));
  }

  @Property
  void anyTextIsAScriptOrNone(@ForAll String text) {
    Optional<FaultScript> read = FaultScript.parse(text);

    read.ifPresent(script -> assertEquals(read, FaultScript.parse(script.toString())));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nan", "@3", "nan@", "nan@-1", "boom@3", "nan@3:before-write", "crash@3:sometime",
        "crash@3*0", "crash@3*-1", "crash@3*", "crash@3,", ",", "crash@3;nan@4", "crash@9999999999"
      })
  void whatBreaksTheGrammarIsRefusedWithAnExample(String text) {
    assertEquals(Optional.empty(), FaultScript.parse(text));

    var refused =
        (ParameterCheck.Refused) Methods.SYNTHETIC.check(Map.of("synthetic.faults", text));
    assertTrue(refused.problems().getFirst().contains("such as nan@12"), refused.toString());
  }

  @Example
  void spacesAndCaseOfAKindDoNotMakeAnotherRequest() {
    assertEquals(
        Methods.SYNTHETIC.check(Map.of("synthetic.faults", " NaN@12 , DEVICEERROR@2*always ")),
        Methods.SYNTHETIC.check(Map.of("synthetic.faults", "nan@12,deviceError@2*always")));
  }

  @Example
  void aFaultFiresAtItsStepInItsLivesOnly() {
    FaultScript script = FaultScript.parse("crash@7,oom@3*2").orElseThrow();

    assertEquals(Optional.of(Kind.CRASH), script.atStep(7, 1));
    assertEquals(Optional.empty(), script.atStep(7, 2));
    assertEquals(Optional.empty(), script.atStep(6, 1));
    assertEquals(Optional.of(Kind.OOM), script.atStep(3, 2));
    assertEquals(Optional.empty(), script.atStep(3, 3));
  }

  @Example
  void aCrashAtACheckpointWaitsForTheFirstOneThatIsFarEnough() {
    FaultScript script = FaultScript.parse("crash@20:after-write").orElseThrow();

    assertFalse(script.crashesAt(Point.AFTER_WRITE, 19, 1));
    assertTrue(script.crashesAt(Point.AFTER_WRITE, 25, 1));
    assertFalse(script.crashesAt(Point.BEFORE_WRITE, 25, 1));
    assertFalse(script.crashesAt(Point.AFTER_WRITE, 25, 2));
    assertEquals(Optional.empty(), script.atStep(20, 1));
  }

  @Provide
  Arbitrary<FaultScript> scripts() {
    Arbitrary<Integer> lives =
        Arbitraries.oneOf(
            Arbitraries.integers().between(1, 9), Arbitraries.just(FaultScript.ALWAYS));
    Arbitrary<Long> steps = Arbitraries.longs().between(0, 999_999_999);
    Arbitrary<Fault> atSteps =
        Combinators.combine(Arbitraries.of(Kind.class), steps, lives)
            .as((kind, step, life) -> new Fault(kind, step, Point.STEP, life));
    Arbitrary<Fault> atWrites =
        Combinators.combine(Arbitraries.of(Point.class), steps, lives)
            .as((point, step, life) -> new Fault(Kind.CRASH, step, point, life));
    Arbitrary<List<Fault>> faults = Arbitraries.oneOf(atSteps, atWrites).list().ofMaxSize(4);
    return faults.map(FaultScript::new);
  }
}
