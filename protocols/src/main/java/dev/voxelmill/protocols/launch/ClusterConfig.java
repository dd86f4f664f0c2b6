package dev.voxelmill.protocols.launch;

import com.typesafe.config.Config;
import dev.voxelmill.protocols.config.ConfFile;
import dev.voxelmill.protocols.config.Section;
import java.time.Duration;
import java.util.List;

/**
 * Section {@code cluster} of {@code conf/cluster.conf}, which gives each value and its reason and
 * hands them on to Pekko's own keys.
 *
 * @param place where a node is and whom it joins, unless it is told otherwise
 * @param heartbeat between two heartbeats of a node to each node that watches it
 * @param acceptablePause how long heartbeats may stay away
 * @param threshold suspicion (phi) at which a node counts as unreachable
 * @param stableAfter how long the picture must stay the same before unreachable nodes are downed
 * @param downAllAfter how much longer it may stay unstable before every node is downed
 * @param removalMargin between the removal of a node and the start of its successors
 * @param seedTimeout how long the first seed waits for an older cluster before it starts one
 * @param joinTimeout after which a node that could not join starts afresh
 * @param rejoinPause before a removed node joins again
 */
public record ClusterConfig(
    Place place,
    Duration heartbeat,
    Duration acceptablePause,
    double threshold,
    Duration stableAfter,
    Duration downAllAfter,
    Duration removalMargin,
    Duration seedTimeout,
    Duration joinTimeout,
    Duration rejoinPause) {
  static final String FILE = "cluster.conf";

  private static final double MAX_THRESHOLD = 100;
  private static final int MAX_PORT = 65_535;

  /**
   * What the command line and the environment of a node need not say.
   *
   * @param brokers of Kafka, {@code host:port}
   * @param host under which other nodes reach this one
   * @param port of this node in the cluster; 0 chooses a free one
   * @param seedNodes through which it joins, {@code host:port}
   */
  public record Place(List<String> brokers, String host, int port, List<String> seedNodes) {
    public Place {
      brokers = List.copyOf(brokers);
      seedNodes = List.copyOf(seedNodes);
    }
  }

  /** Reads {@code conf/cluster.conf}. */
  public static ClusterConfig load() {
    return from(ConfFile.read(FILE));
  }

  static ClusterConfig from(Config config) {
    Section section = Section.of(config, "cluster", "conf/" + FILE);
    ClusterConfig read =
        new ClusterConfig(
            new Place(
                section.texts("brokers"),
                section.text("host"),
                section.integer("port", 0, MAX_PORT),
                section.texts("seed-nodes")),
            section.positiveDuration("heartbeat"),
            section.positiveDuration("acceptable-pause"),
            section.number("threshold", 1, MAX_THRESHOLD),
            section.positiveDuration("stable-after"),
            section.positiveDuration("down-all-after"),
            section.positiveDuration("removal-margin"),
            section.positiveDuration("seed-timeout"),
            section.positiveDuration("join-timeout"),
            section.positiveDuration("rejoin-pause"));
    section.require(
        "acceptable-pause",
        read.acceptablePause,
        read.acceptablePause.compareTo(read.heartbeat.multipliedBy(2)) >= 0,
        "at least twice cluster.heartbeat");
    section.requireValid();
    return read;
  }
}
