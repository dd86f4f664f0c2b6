package dev.voxelmill.actors.sight;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Times are seconds; answers count for three of them, and the picture has to last for ten. */
class LogSightTest {
  private static final SightConfig CONFIG =
      new SightConfig(Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(10));

  private final LogSight sight = new LogSight(CONFIG, 2, 0);

  @Test
  void aNodeThatAloneIsNotAnsweredIsCutOffOnceThatHasLasted() {
    for (int second = 1; second < 14; second++) {
      seenBy(second, "b", "c");
      assertFalse(isCutOff(second), "after " + second + " s");
    }

    seenBy(14, "b", "c");
    assertTrue(isCutOff(14));
  }

  @Test
  void whileTheBrokersAnswerNobodyNobodyIsCutOff() {
    for (int second = 1; second < 100; second++) {
      assertFalse(isCutOff(second));
    }
  }

  @Test
  void oneOtherThatIsAnsweredIsNoMajority() {
    for (int second = 1; second < 100; second++) {
      seenBy(second, "b");
      assertFalse(isCutOff(second));
    }
  }

  @Test
  void anAnswerBeginsTheWaitAnew() {
    for (int second = 1; second <= 12; second++) {
      seenBy(second, "b", "c");
      assertFalse(isCutOff(second));
    }
    sight.seen(nanos(13));
    for (int second = 13; second < 27; second++) {
      seenBy(second, "b", "c");
      assertFalse(isCutOff(second), "after " + second + " s");
    }

    seenBy(27, "b", "c");
    assertTrue(isCutOff(27));
  }

  @Test
  void brokersThatComeBackForOthersFirstCutNobodyOff() {
    for (int second = 1; second < 60; second++) {
      assertFalse(isCutOff(second));
    }
    for (int second = 60; second < 69; second++) {
      seenBy(second, "b", "c");
      assertFalse(isCutOff(second));
    }
    sight.seen(nanos(69));

    seenBy(71, "b", "c");
    assertFalse(isCutOff(71));
  }

  private void seenBy(int second, String... nodes) {
    List.of(nodes).forEach(node -> sight.seenBy(node, nanos(second)));
  }

  private boolean isCutOff(int second) {
    return sight.isCutOff(nanos(second));
  }

  private static long nanos(int second) {
    return Duration.ofSeconds(second).toNanos();
  }
}
