package dev.voxelmill.actors.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.actors.bench.VirtualFleet;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Shares between tenants, over whole runs of the real placement on virtual time. */
class FairShareTest {
  /** Fault F25 of the expectations: 10,000 requests, 100 tenants, one hog, two devices. */
  @Test
  void underOverloadAHundredTenantsAndAHogGetEqualShares() {
    VirtualFleet fleet = new VirtualFleet(SmallFleet.config(), 2);
    SplittableRandom random = new SplittableRandom(25);
    for (int i = 0; i < 5050; i++) {
      fleet.submit("hog", 9, duration(random, 6000));
    }
    for (int i = 0; i < 50 * 99; i++) {
      fleet.submit("t" + i % 99, random.nextInt(9), duration(random, 4000));
    }

    fleet.run(Duration.ofSeconds(2000));

    Map<String, Double> seconds = fleet.deviceSeconds();
    double fair = seconds.values().stream().mapToDouble(s -> s).sum() / 100;
    assertTrue(fair > 35, "each tenant had time for many tasks: " + fair);
    assertEquals(100, seconds.size());
    seconds.forEach((tenant, used) -> assertEquals(fair, used, fair * 0.1, tenant));
    assertEquals(10_000, fleet.grants() + fleet.waiting());
  }

  @Test
  void sharesFollowWeightsHoweverLongTheTasksAre() {
    PlacementConfig config = weighted(Map.of("double", 2.0, "half", 0.5));
    VirtualFleet fleet = new VirtualFleet(config, 4);
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 3000; i++) {
      fleet.submit("double", 5, duration(random, 1000));
      fleet.submit("one", 5, duration(random, 20_000));
      fleet.submit("half", 5, duration(random, 3000));
    }

    fleet.run(Duration.ofMinutes(10));

    Map<String, Double> seconds = fleet.deviceSeconds();
    assertEquals(2, seconds.get("double") / seconds.get("one"), 0.2);
    assertEquals(0.5, seconds.get("half") / seconds.get("one"), 0.05);
  }

  @Test
  void aTenantThatWasAwayIsServedAtOnceAndEarnsNothingForIt() {
    VirtualFleet fleet = new VirtualFleet(SmallFleet.config(), 1);
    for (int i = 0; i < 1000; i++) {
      fleet.submit("always", 5, Duration.ofSeconds(1));
    }
    fleet.run(Duration.ofSeconds(100));
    for (int i = 0; i < 1000; i++) {
      fleet.submit("late", 5, Duration.ofSeconds(1));
    }
    double before = fleet.deviceSeconds().get("always");

    fleet.run(Duration.ofSeconds(3));
    assertTrue(fleet.deviceSeconds().get("late") >= 1, "served at once");
    fleet.run(Duration.ofSeconds(97));

    double late = fleet.deviceSeconds().get("late");
    assertEquals(late, fleet.deviceSeconds().get("always") - before, 3);
  }

  private static Duration duration(SplittableRandom random, int mostMillis) {
    return Duration.ofMillis(random.nextInt(mostMillis / 4, mostMillis));
  }

  private static PlacementConfig weighted(Map<String, Double> weights) {
    PlacementConfig config = SmallFleet.config();
    return new PlacementConfig(
        config.settle(),
        config.heartbeatTimeout(),
        config.offerTimeout(),
        config.proposalTimeout(),
        config.fleetInterval(),
        config.ageing(),
        config.fairnessWindow(),
        weights);
  }
}
