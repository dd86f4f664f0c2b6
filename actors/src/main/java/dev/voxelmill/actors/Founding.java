package dev.voxelmill.actors;

import dev.voxelmill.actors.client.InstallationClient;
import dev.voxelmill.actors.client.UnreachableException;
import dev.voxelmill.protocols.topic.FleetRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may found a cluster. The first seed does so when no other seed answers; but if it cannot hear
 * a cluster that lives, it would found a second one beside it, and two clusters never merge. The
 * fleet topic tells: while somebody's placement writes there, the first seed only joins.
 */
final class Founding {
  private static final Logger LOG = LoggerFactory.getLogger(Founding.class);

  /** A snapshot comes every second; one that is older than this is not worth waiting for more. */
  private static final Duration RECENT = Duration.ofSeconds(10);

  private static final Duration WATCH = Duration.ofSeconds(3);

  private final InstallationClient installation;
  private final String self;

  /**
   * Decides for one node.
   *
   * @param self address of this node, as it stands among the seeds
   */
  Founding(InstallationClient installation, String self) {
    this.installation = installation;
    this.self = self;
  }

  /** The seeds in the order in which this node should use them: only the first one may found. */
  List<String> order(List<String> seeds) {
    if (seeds.size() < 2 || !seeds.getFirst().equals(self) || !clusterLives()) {
      return seeds;
    }
    LOG.info("a placement is at work: {} joins and founds nothing", self);
    List<String> others = new ArrayList<>(seeds.subList(1, seeds.size()));
    others.add(self);
    return others;
  }

  private boolean clusterLives() {
    try {
      Optional<FleetRecord> newest = installation.fleet();
      Instant recent = Instant.now().minus(RECENT);
      return newest.filter(fleet -> fleet.at().isAfter(recent)).isPresent()
          && installation.awaitFleet(any -> true, WATCH).isPresent();
    } catch (UnreachableException e) {
      LOG.warn("the fleet topic cannot be read: {}", e.getMessage());
      return false;
    }
  }
}
