package dev.voxelmill.actors;

import java.time.Duration;
import java.util.List;

/**
 * How many supervisors a new cluster needs.
 *
 * @param supervisors more than half of the seeds, so that there are no two such clusters
 * @param patience how long a node waits for them before it looks for another cluster
 */
record Quorum(int supervisors, Duration patience) {
  static Quorum of(List<String> seeds, Duration patience) {
    return new Quorum(seeds.size() / 2 + 1, patience);
  }
}
