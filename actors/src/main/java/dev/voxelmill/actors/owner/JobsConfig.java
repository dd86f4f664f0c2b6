package dev.voxelmill.actors.owner;

import dev.voxelmill.protocols.config.Section;
import dev.voxelmill.storage.topics.TopicsConfig;
import java.time.Duration;

/**
 * Section {@code jobs} of {@code conf/supervisor.conf}, which gives each value and its reason.
 *
 * @param maxQueued unfinished jobs of the whole installation
 * @param maxQueuedPerTenant unfinished jobs of one tenant
 * @param remember how long a finished job is known, so that its request is not run again
 * @param sweep between two searches for chunks that no job refers to
 * @param orphanAge at which chunks of a job that is not known are deleted
 * @param partitions home partitions, each of which admits its share of the jobs
 */
public record JobsConfig(
    int maxQueued,
    int maxQueuedPerTenant,
    Duration remember,
    Duration sweep,
    Duration orphanAge,
    int partitions) {
  private static final int MOST = 100_000_000;

  /** Reads the section; the topics say how long a request may come back. */
  public static JobsConfig from(Section section, TopicsConfig topics) {
    JobsConfig config =
        new JobsConfig(
            section.integer("max-queued", 1, MOST),
            section.integer("max-queued-per-tenant", 1, MOST),
            section.positiveDuration("remember"),
            section.positiveDuration("sweep"),
            section.positiveDuration("orphan-age"),
            topics.partitions());
    Duration least = topics.requestsRetention().plusDays(1);
    section.require(
        "remember",
        config.remember(),
        config.remember().compareTo(least) >= 0,
        "at least " + least.toDays() + "d: topics.requests-retention and a day");
    section.requireValid();
    return config;
  }

  /** How many unfinished jobs a partition admits. */
  int share() {
    return Math.ceilDiv(maxQueued, partitions);
  }

  /** How many unfinished jobs of one tenant a partition admits. */
  int tenantShare() {
    return Math.ceilDiv(maxQueuedPerTenant, partitions);
  }
}
