package dev.voxelmill.simulation;

import dev.voxelmill.actors.placement.PlacementConfig;
import dev.voxelmill.actors.placement.PlacementCore;
import dev.voxelmill.protocols.worker.PlacementMessage;
import java.time.Duration;

/** One incarnation of placement: real decisions, timers on virtual time. */
final class SimulatedPlacement {
  private static final Duration MATCH_DELAY = Duration.ofMillis(10);
  private static final Duration EXPIRE_EVERY = Duration.ofMillis(200);

  private final Cluster cluster;
  private final Host host;
  private final PlacementCore core;
  private boolean settled;
  private boolean matching;
  private boolean stopped;

  SimulatedPlacement(Cluster cluster, Host host, PlacementConfig config) {
    this.cluster = cluster;
    this.host = host;
    this.core =
        new PlacementCore(
            config, (partition, message) -> cluster.toOwner(host, partition, message));
    cluster.timeline().note("placement on", host.name());
    host.after(
        config.settle(),
        () -> {
          settled = true;
          matchSoon();
        });
    expire();
  }

  void hear(PlacementMessage message) {
    if (!stopped) {
      core.hear(message, cluster.timeline().now());
      matchSoon();
    }
  }

  /** Another host has it from now on. */
  void stop() {
    stopped = true;
  }

  private void expire() {
    if (!stopped) {
      core.expire(cluster.timeline().now());
      matchSoon();
      host.after(EXPIRE_EVERY, this::expire);
    }
  }

  private void matchSoon() {
    if (settled && !matching) {
      matching = true;
      host.after(
          MATCH_DELAY,
          () -> {
            matching = false;
            if (!stopped) {
              core.match(cluster.timeline().now());
            }
          });
    }
  }
}
