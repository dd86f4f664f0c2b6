package dev.voxelmill.actors.history;

import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.lifecycle.JobState;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Chunks outlive their job by no more than the interval between two sweeps. */
final class SweepCheck implements HistoryCheck.Check {
  private final Set<JobId> finished = new HashSet<>();
  private final Map<JobId, Set<String>> chunks = new HashMap<>();

  @Override
  public void observe(Observation seen) {
    if (seen instanceof Observation.Chunk(JobId job, String chunk, boolean alive)) {
      Set<String> living = chunks.computeIfAbsent(job, first -> new HashSet<>());
      if (alive) {
        living.add(chunk);
      } else {
        living.remove(chunk);
      }
    } else if (seen instanceof Observation.Stored(JobState.Finished end)) {
      finished.add(end.job());
    }
  }

  @Override
  public void report(Findings into) {
    chunks.forEach(
        (job, living) -> {
          if (finished.contains(job)) {
            into.checked(Promise.SWEPT);
            if (!living.isEmpty()) {
              into.open(
                  Promise.SWEPT,
                  job.key(),
                  "%d chunks left, such as %s".formatted(living.size(), living.iterator().next()));
            }
          }
        });
  }
}
