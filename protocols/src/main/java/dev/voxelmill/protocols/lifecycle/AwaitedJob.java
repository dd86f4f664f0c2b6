package dev.voxelmill.protocols.lifecycle;

import dev.voxelmill.protocols.job.CommandOutcome;
import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.job.Sha256;
import dev.voxelmill.protocols.plan.Plan;
import dev.voxelmill.protocols.topic.EventRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Commands about a job that has not been requested; without any, there is nothing to remember.
 *
 * @param commands in the order in which they came
 */
public record AwaitedJob(JobId job, List<Waiting> commands) implements JobState {
  /** How long a command waits for its job's request. */
  public static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final int MOST_COMMANDS = 16;

  public AwaitedJob {
    commands = List.copyOf(commands);
  }

  /** A command that waits until then. */
  public record Waiting(JobCommand command, Instant until) {}

  @Override
  public long seq() {
    return 0;
  }

  @Override
  public Optional<Instant> wakesAt() {
    return commands.stream().map(Waiting::until).min(Comparator.naturalOrder());
  }

  @Override
  public Decision on(JobEvent event, Instant now) {
    return switch (event) {
      case JobEvent.Ordered ordered -> onOrdered(ordered.command(), now);
      case JobEvent.TimePassed passed -> onTimePassed(now);
      case JobEvent.Reported reported ->
          new Decision(this, TaskTransition.stale(job, reported, "there is no such job"));
      case JobEvent.Granted granted -> ignored("there is no such job");
      case JobEvent.WorkerLost lost -> ignored("there is no such job");
    };
  }

  /** The request came: the job begins, and hears what was said before it existed. */
  public Decision requested(JobRequest request, Sha256 bodyHash, Plan plan, Instant now) {
    Decision decision = JobState.accepted(request, bodyHash, plan, now);
    for (Waiting waiting : commands) {
      decision = decision.then(decision.next().on(new JobEvent.Ordered(waiting.command()), now));
    }
    return decision;
  }

  private Decision onOrdered(JobCommand command, Instant now) {
    if (commands.stream().anyMatch(known -> isSame(known.command(), command))) {
      return ignored("the command waits already");
    }
    if (commands.size() >= MOST_COMMANDS) {
      return new Decision(this, List.of(answer(command, CommandOutcome.TOO_MANY, now)));
    }
    List<Waiting> all = new ArrayList<>(commands);
    all.add(new Waiting(command, now.plus(PATIENCE)));
    return new Decision(new AwaitedJob(job, all), List.of());
  }

  private Decision onTimePassed(Instant now) {
    List<Waiting> left = commands.stream().filter(waiting -> waiting.until().isAfter(now)).toList();
    List<Effect> answers =
        commands.stream()
            .filter(waiting -> !left.contains(waiting))
            .map(waiting -> answer(waiting.command(), CommandOutcome.UNKNOWN_JOB, now))
            .toList();
    return new Decision(new AwaitedJob(job, left), answers);
  }

  private Effect answer(JobCommand command, CommandOutcome outcome, Instant now) {
    return new Effect.Publish(
        new EventRecord(job, 0, now, Control.Answer.of(command, outcome).toEvent()));
  }

  private Decision ignored(String why) {
    return new Decision(this, List.of(new Effect.Ignored(why)));
  }

  private static boolean isSame(JobCommand one, JobCommand other) {
    return one.commandId().equals(other.commandId());
  }
}
