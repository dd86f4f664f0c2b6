package dev.voxelmill.actors.owner;

import dev.voxelmill.protocols.lifecycle.JobState;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** How many jobs of a partition are not finished, and whose they are. */
final class Population {
  private final Map<String, Integer> tenants = new HashMap<>();
  private int all;

  void changed(Optional<JobState> before, Optional<JobState> after) {
    int change = count(after) - count(before);
    if (change != 0) {
      all += change;
      String tenant = after.or(() -> before).orElseThrow().job().tenant();
      tenants.merge(tenant, change, (now, more) -> now + more == 0 ? null : now + more);
    }
  }

  int all() {
    return all;
  }

  int of(String tenant) {
    return tenants.getOrDefault(tenant, 0);
  }

  private static int count(Optional<JobState> state) {
    return state.filter(JobState.Active.class::isInstance).isPresent() ? 1 : 0;
  }
}
