package dev.voxelmill.actors.owner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class FencingsTest {
  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

  private final Fencings fencings = new Fencings();

  @Test
  void aPartitionThatMovesNowAndThenIsNoAlarm() {
    for (int minute = 0; minute < 20; minute++) {
      assertFalse(fencings.isAlarming(NOON.plusSeconds(61L * minute)));
    }

    assertEquals(1, fencings.recent());
    assertEquals(20, fencings.ever());
  }

  @Test
  void theThirdFencingWithinAMinuteAndEachAfterItIsAnAlarm() {
    assertFalse(fencings.isAlarming(NOON));
    assertFalse(fencings.isAlarming(NOON.plusSeconds(20)));
    assertTrue(fencings.isAlarming(NOON.plusSeconds(60)));
    assertTrue(fencings.isAlarming(NOON.plusSeconds(61)));

    assertEquals(3, fencings.recent());
  }
}
