package dev.voxelmill.actors.bench;

import dev.voxelmill.actors.config.SupervisorConfig;
import dev.voxelmill.actors.placement.PlacementConfig;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * What a grant costs, with a fixed queue and more and more workers. Everything that the thread does
 * is counted: heartbeats, offers, accounts and the virtual owners and workers themselves.
 */
public final class PlacementBench {
  private static final int TENANTS = 100;
  private static final int WARM_UP = 20_000;
  private static final double NANOS_PER_SECOND = 1e9;

  private final PlacementConfig config = SupervisorConfig.load().placement();
  private final ThreadMXBean thread = ManagementFactory.getThreadMXBean();
  private final SplittableRandom random = new SplittableRandom(1);

  /**
   * One measurement.
   *
   * @param grantsPerCpuSecond by the clock of the thread's processor time
   * @param waiting tasks in the queue, before and after
   */
  public record Figures(int workers, long grants, double grantsPerCpuSecond, int waiting) {}

  /**
   * Grants that many tasks out of a queue that is refilled as it empties.
   *
   * @param queued tasks that wait throughout
   */
  public Figures measure(int workers, int queued, long grants) {
    VirtualFleet fleet = new VirtualFleet(config, workers);
    fill(fleet, queued);
    fleet.run(Duration.ofSeconds(3));
    advance(fleet, WARM_UP);
    long before = fleet.grants();
    long start = thread.getCurrentThreadCpuTime();
    advance(fleet, grants);
    double seconds = (thread.getCurrentThreadCpuTime() - start) / NANOS_PER_SECOND;
    long granted = fleet.grants() - before;
    return new Figures(workers, granted, granted / seconds, fleet.waiting());
  }

  /** Bytes of heap for each task that placement knows to wait, its owner's ledger included. */
  public double bytesPerTask(int tasks) {
    double before = QueueHeap.usedAfterCollection();
    VirtualFleet fleet = new VirtualFleet(config, 1);
    fill(fleet, tasks);
    fleet.run(Duration.ofSeconds(3));
    double bytes = (QueueHeap.usedAfterCollection() - before) / fleet.waiting();
    fleet.run(Duration.ofSeconds(1)); // keeps it reachable
    return bytes;
  }

  private void advance(VirtualFleet fleet, long grants) {
    long until = fleet.grants() + grants;
    while (fleet.grants() < until) {
      long granted = fleet.grants();
      fleet.run(Duration.ofMillis(100));
      fill(fleet, (int) (fleet.grants() - granted));
    }
  }

  private void fill(VirtualFleet fleet, int tasks) {
    for (int i = 0; i < tasks; i++) {
      fleet.submit(
          "t" + random.nextInt(TENANTS),
          random.nextInt(10),
          Duration.ofMillis(random.nextInt(1000, 3000)));
    }
  }
}
