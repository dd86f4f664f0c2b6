package dev.voxelmill.actors.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RestartPolicyTest {
  private static final RestartPolicy POLICY =
      new RestartPolicy(Duration.ofMillis(250), Duration.ofSeconds(2), Duration.ofSeconds(30));

  @Test
  void thePauseDoublesWhileLivesAreShort() {
    List<Long> pauses = new ArrayList<>();
    int shortLives = 0;

    for (int i = 0; i < 6; i++) {
      RestartPolicy.Restart restart = POLICY.afterExit(shortLives, Duration.ofSeconds(1));
      shortLives = restart.shortLives();
      pauses.add(restart.pause().toMillis());
    }

    assertEquals(List.of(250L, 500L, 1000L, 2000L, 2000L, 2000L), pauses);
  }

  @Test
  void aLongLifeIsForgivenTheShortOnesBeforeIt() {
    RestartPolicy.Restart restart = POLICY.afterExit(9, Duration.ofSeconds(30));

    assertEquals(new RestartPolicy.Restart(Duration.ofMillis(250), 1), restart);
  }

  @Property
  void noPauseIsOutsideTheLimits(
      @ForAll @IntRange(max = 1_000_000) int shortLives,
      @ForAll @IntRange(max = 100_000) int livedMillis) {
    Duration pause = POLICY.afterExit(shortLives, Duration.ofMillis(livedMillis)).pause();

    assertTrue(pause.compareTo(POLICY.first()) >= 0, pause::toString);
    assertTrue(pause.compareTo(POLICY.longest()) <= 0, pause::toString);
  }
}
