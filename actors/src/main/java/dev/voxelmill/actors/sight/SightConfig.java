package dev.voxelmill.actors.sight;

import dev.voxelmill.protocols.config.Section;
import java.time.Duration;

/**
 * Section {@code sight} of {@code conf/supervisor.conf}, which gives each value and its reason.
 *
 * @param interval between two questions to the brokers
 * @param fresh how long an answer counts, and how long it is waited for
 * @param patience how long a node stays that alone is not answered
 */
public record SightConfig(Duration interval, Duration fresh, Duration patience) {
  /** Reads the section. */
  public static SightConfig from(Section section) {
    SightConfig config =
        new SightConfig(
            section.positiveDuration("interval"),
            section.positiveDuration("fresh"),
            section.positiveDuration("patience"));
    section.require(
        "fresh",
        config.fresh,
        config.fresh.compareTo(config.interval.multipliedBy(2)) >= 0,
        "at least twice interval");
    section.requireValid();
    return config;
  }
}
