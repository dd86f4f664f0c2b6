package dev.voxelmill.actors.placement;

import dev.voxelmill.protocols.config.Section;
import java.time.Duration;
import java.util.Map;

/**
 * Section {@code placement} of {@code conf/supervisor.conf}, which gives each value and its reason.
 *
 * @param settle how long a new singleton only listens
 * @param heartbeatTimeout silence after which a worker is forgotten
 * @param offerTimeout silence of an owner after which its tasks are not proposed
 * @param proposalTimeout how long a proposed worker is kept for its task
 * @param fleetInterval between two snapshots on {@code fleet}
 * @param ageing waiting time that is worth one level of priority
 * @param fairnessWindow device time per weight that a tenant who could not be served may catch up
 *     by, and over which tenants' use is shown
 * @param weights of tenants whose share is not 1
 */
public record PlacementConfig(
    Duration settle,
    Duration heartbeatTimeout,
    Duration offerTimeout,
    Duration proposalTimeout,
    Duration fleetInterval,
    Duration ageing,
    Duration fairnessWindow,
    Map<String, Double> weights) {
  public PlacementConfig {
    weights = Map.copyOf(weights);
  }

  /** Reads the section. */
  public static PlacementConfig from(Section section) {
    PlacementConfig config =
        new PlacementConfig(
            section.positiveDuration("settle"),
            section.positiveDuration("heartbeat-timeout"),
            section.positiveDuration("offer-timeout"),
            section.positiveDuration("proposal-timeout"),
            section.positiveDuration("fleet-interval"),
            section.positiveDuration("ageing"),
            section.positiveDuration("fairness-window"),
            section.numbers("weights", 0.01, 100));
    section.requireValid();
    return config;
  }
}
