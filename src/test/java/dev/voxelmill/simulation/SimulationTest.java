package dev.voxelmill.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.voxelmill.faults.Fault;
import dev.voxelmill.faults.FaultExtension;
import dev.voxelmill.faults.Outcome;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/**
 * Seeds are tried for {@code -Dsimulation.seconds} (default 30), from {@code -Dsimulation.from}
 * (default 1) on; {@code -Dsimulation.seed} runs one.
 */
class SimulationTest {
  private static final int SEEDS_TO_FIND_A_BUG = 200;
  private static final Logger LOGGER = (Logger) LoggerFactory.getLogger("dev.voxelmill.actors");

  /** A run decides thousands of things in a second; its trace tells of them. */
  @BeforeAll
  static void beQuiet() {
    LOGGER.setLevel(Level.WARN);
  }

  @AfterAll
  static void speak() {
    LOGGER.setLevel(null);
  }

  @Test
  @Tag("simulation")
  @ExtendWith(FaultExtension.class)
  @Fault(
      id = "F01-F28",
      what =
          "processes killed, stopped and cut off, records lost, delayed and repeated, checkpoints"
              + " damaged and clients impatient, at random by seed",
      also = "every invariant of the expectations after every event; each kind of fault fired")
  void whateverFailsEveryInvariantHolds(Outcome outcome) {
    Long only = Long.getLong("simulation.seed");
    if (only != null) {
      new Run(only, Sabotage.NONE).report();
      outcome.fired("seed " + only);
      return;
    }
    long end =
        System.nanoTime() + Duration.ofSeconds(Long.getLong("simulation.seconds", 30)).toNanos();
    long seed = Long.getLong("simulation.from", 1);
    long first = seed;
    long jobs = 0;
    long succeeded = 0;
    Set<Nemesis.Fault> fired = EnumSet.noneOf(Nemesis.Fault.class);
    while (seed < first + 10 || System.nanoTime() < end) {
      Run.Report report = new Run(seed++, Sabotage.NONE).report();
      jobs += report.jobs();
      succeeded += report.succeeded();
      fired.addAll(report.faults().keySet());
    }
    System.out.printf("simulation: %d seeds, %d jobs, %d assets%n", seed - first, jobs, succeeded);
    assertTrue(succeeded > jobs / 3, succeeded + " assets of " + jobs + " jobs");
    assertEquals(EnumSet.allOf(Nemesis.Fault.class), fired);
    outcome.fired(
        (int) (seed - first),
        "%d jobs, %d assets; seeds %d to %d".formatted(jobs, succeeded, first, seed - 1));
  }

  @Test
  void aSeedGivesTheSameRunEachTime() {
    Run one = new Run(11, Sabotage.NONE);
    Run other = new Run(11, Sabotage.NONE);

    assertEquals(one.report(), other.report());
    assertEquals(one.trace(), other.trace());
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void aBugThatIsPutInIsFound(Sabotage sabotage) {
    for (long seed = 1; seed <= SEEDS_TO_FIND_A_BUG; seed++) {
      try {
        new Run(seed, sabotage).report();
      } catch (AssertionError found) {
        assertTrue(found.getMessage().contains("-Dsimulation.seed=" + seed), found.getMessage());
        return;
      }
    }
    fail(sabotage + " was not found by " + SEEDS_TO_FIND_A_BUG + " seeds");
  }
}
