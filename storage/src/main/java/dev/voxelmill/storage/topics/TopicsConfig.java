package dev.voxelmill.storage.topics;

import com.typesafe.config.Config;
import dev.voxelmill.protocols.config.ConfFile;
import dev.voxelmill.protocols.config.Section;
import java.time.Duration;

/**
 * Section {@code topics} of {@code conf/storage.conf}, which gives each value and its reason.
 *
 * @param prefix of every topic's name
 * @param partitions number of home partitions, fixed for life
 * @param replication replicas of every topic
 * @param requestsRetention of requests, commands and intake
 * @param eventsRetention of events
 * @param assetsRetention of assets
 * @param deadLettersRetention of dead letters
 * @param tombstonesRetention how long compacted topics show that a key was deleted
 * @param checkpointsCompactionLag how long a dead chunk may stay
 */
public record TopicsConfig(
    String prefix,
    int partitions,
    int replication,
    Duration requestsRetention,
    Duration eventsRetention,
    Duration assetsRetention,
    Duration deadLettersRetention,
    Duration tombstonesRetention,
    Duration checkpointsCompactionLag) {
  private static final String FILE = "storage.conf";

  /** Reads {@code conf/storage.conf}. */
  public static TopicsConfig load() {
    return from(ConfFile.read(FILE));
  }

  static TopicsConfig from(Config config) {
    Section topics = Section.of(config, "topics", "conf/" + FILE);
    String prefix = topics.text("prefix");
    String legal = "[a-z0-9][a-z0-9_-]{0,63}";
    topics.require("prefix", "'" + prefix + "'", prefix.matches(legal), legal);
    int partitions = topics.integer("partitions", 1, 1024);
    int replication = topics.integer("replication", 1, 9);
    Duration requests = topics.positiveDuration("requests-retention");
    Duration events = topics.positiveDuration("events-retention");
    Duration assets = topics.positiveDuration("assets-retention");
    Duration deadLetters = topics.positiveDuration("dead-letters-retention");
    Duration tombstones = topics.positiveDuration("tombstones-retention");
    Duration compactionLag = topics.positiveDuration("checkpoints-compaction-lag");
    topics.requireValid();
    return new TopicsConfig(
        prefix,
        partitions,
        replication,
        requests,
        events,
        assets,
        deadLetters,
        tombstones,
        compactionLag);
  }
}
