package dev.voxelmill.simulation;

import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.lifecycle.JobState;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** One run: a seed decides everything, from the number of jobs to the delay of each message. */
final class Run {
  private static final int MOST_STEPS = 3_000_000;

  /** A clock that was ten minutes ahead lets a command about no job wait that much longer. */
  private static final Duration AFTER_HEALING = Duration.ofMinutes(15);

  private final long seed;
  private final Timeline timeline;
  private final Cluster cluster;
  private final Clients clients;
  private final Nemesis nemesis;
  private long steps;

  /**
   * What happened in a run that kept the invariants.
   *
   * @param seconds of virtual time
   */
  record Report(
      long events, double seconds, int jobs, long succeeded, Map<Nemesis.Fault, Integer> faults) {}

  Run(long seed, Sabotage sabotage) {
    this.seed = seed;
    this.timeline = new Timeline(seed);
    this.cluster = new Cluster(timeline, sabotage, timeline.random().nextInt(1, 5));
    this.clients = new Clients(cluster);
    clients.plan(timeline.random().nextInt(3, 13));
    this.nemesis = new Nemesis(cluster, timeline.random().nextInt(800, 8000));
  }

  /** Runs to the end; throws a {@link Violation} with the trace at the first broken invariant. */
  Report report() {
    try {
      runUntil(timeline.between(25_000, 70_000).toNanos());
      nemesis.heal();
      long healed = timeline.now();
      clients.letGo();
      while (!isOver()) {
        if (timeline.now() - healed > AFTER_HEALING.toNanos()) {
          throw new Violation("I8 all jobs end after healing, I9 none is lost", unfinished());
        }
        step();
      }
      return new Report(
          steps,
          timeline.now() / 1e9,
          clients.jobs().size(),
          cluster.history().announced().succeeded(),
          nemesis.fired());
    } catch (RuntimeException broken) {
      throw new AssertionError(explanation(broken), broken);
    }
  }

  /** Everything that was noted of late. */
  String trace() {
    return timeline.trace();
  }

  private void runUntil(long nanos) {
    while (timeline.now() < nanos) {
      step();
    }
  }

  private void step() {
    timeline.step();
    if (++steps > MOST_STEPS) {
      throw new Violation("no livelock", steps + " events in " + timeline.now() / 1e9 + " s");
    }
  }

  private boolean isOver() {
    return clients.isAnswered() && clients.jobs().stream().allMatch(cluster::isFinished);
  }

  private String unfinished() {
    List<JobId> open = clients.jobs().stream().filter(job -> !cluster.isFinished(job)).toList();
    StringBuilder text = new StringBuilder("unfinished:");
    for (JobId job : open) {
      text.append(' ').append(job).append(": ").append(summary(cluster.history().newest(job)));
    }
    return text.append(" unanswered: ").append(clients.unanswered()).toString();
  }

  private static String summary(JobState state) {
    return state instanceof JobState.Active active
        ? active.control()
            + " "
            + active.tasks().stream()
                .map(task -> task.name() + "#" + task.attempt() + " " + task.status())
                .toList()
        : String.valueOf(state);
  }

  private String explanation(RuntimeException broken) {
    String line = System.lineSeparator();
    return "seed %d broke an invariant after %.3f s: %s%n"
            .formatted(seed, timeline.now() / 1e9, broken.getMessage())
        + "replay: mvn -o -pl src/test -am integration-test -Dtest=SimulationTest"
        + " -Dsurefire.failIfNoSpecifiedTests=false -Dsimulation.seed="
        + seed
        + line
        + timeline.trace();
  }
}
