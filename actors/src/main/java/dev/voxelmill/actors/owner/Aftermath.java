package dev.voxelmill.actors.owner;

import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.lifecycle.Decision;
import dev.voxelmill.protocols.lifecycle.Effect;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.lifecycle.LiveAttempt;
import dev.voxelmill.protocols.lifecycle.TaskState;
import dev.voxelmill.protocols.lifecycle.TaskStatus;
import dev.voxelmill.protocols.plan.Plans;
import dev.voxelmill.protocols.worker.PlacementMessage;
import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerCommand;
import dev.voxelmill.protocols.worker.WorkerId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What follows from an owner's decisions once they are durable: words to workers, offers to
 * placement, leases that begin and end.
 */
final class Aftermath {
  private static final Logger LOG = LoggerFactory.getLogger(Aftermath.class);

  private final int partition;
  private final OwnedPartition.Surroundings surroundings;
  private final LiveAttempts running;
  private final OfferLedger offers;
  private final Map<JobId, JobState> jobs;

  /**
   * The aftermath of the decisions about these jobs.
   *
   * @param jobs what the owner knows, in memory ahead of what is durable; read only
   */
  Aftermath(
      int partition,
      OwnedPartition.Surroundings surroundings,
      OfferLedger offers,
      Map<JobId, JobState> jobs) {
    this.partition = partition;
    this.surroundings = surroundings;
    this.running = surroundings.attempts();
    this.offers = offers;
    this.jobs = jobs;
  }

  /** Does what the decision asks for, now that it is durable. */
  void follow(Optional<JobState> before, Decision decision, Cause cause) {
    decision.effects().forEach(effect -> perform(decision.next().job(), effect, cause));
    before.ifPresent(was -> endAttempts(was, decision.next()));
  }

  private void perform(JobId job, Effect effect, Cause cause) {
    switch (effect) {
      case Effect.Publish published -> {}
      case Effect.PublishAsset published -> {}
      case Effect.Offer offer -> offer(job, offer.task().task());
      case Effect.Withdraw withdraw -> offers.withdraw(withdraw.task());
      case Effect.Dispatch dispatch -> dispatch(dispatch, cause);
      case Effect.TellStop stop -> stop(stop, cause);
      case Effect.TellRelease tell ->
          tell(
              tell.task(),
              tell.attempt(),
              tell.worker(),
              new WorkerCommand.Release(tell.task(), tell.attempt()),
              cause);
      case Effect.TellFinish tell ->
          tell(
              tell.task(),
              tell.attempt(),
              tell.worker(),
              new WorkerCommand.Finish(tell.task(), tell.attempt()),
              cause);
      case Effect.Acknowledge acknowledge -> acknowledge(cause);
      case Effect.DropCheckpoints drop -> surroundings.drop(job, drop.checkpoints());
      case Effect.Ignored ignored -> LOG.debug("{}: ignored, {}", job, ignored.why());
    }
  }

  private void dispatch(Effect.Dispatch dispatch, Cause cause) {
    offers.withdraw(dispatch.task());
    if (cause instanceof Cause.Proposed proposed
        && jobs.get(dispatch.task().job()) instanceof JobState.Active now) {
      TaskState task = now.task(dispatch.task().task()).orElseThrow();
      if (task.attempt() == dispatch.attempt() && task.status().holder().isPresent()) {
        running.dispatch(now.assignment(task, partition), proposed.proposal());
      }
    }
  }

  private void stop(Effect.TellStop stop, Cause cause) {
    if (cause instanceof Cause.Spoken spoken
        && spoken.concerns(stop.task(), stop.attempt(), stop.worker())) {
      surroundings.tell(
          spoken.message().ref(),
          new WorkerCommand.Stop(stop.task(), stop.attempt(), stop.reason()));
    } else {
      running.end(stop.task(), stop.attempt(), Optional.of(stop.reason()));
    }
  }

  private void tell(TaskRef task, int attempt, WorkerId worker, WorkerCommand word, Cause cause) {
    if (cause instanceof Cause.Spoken spoken && spoken.concerns(task, attempt, worker)) {
      surroundings.tell(spoken.message().ref(), word);
    } else {
      running.tell(task, attempt, word);
    }
  }

  private void acknowledge(Cause cause) {
    if (cause instanceof Cause.Spoken spoken) {
      spoken
          .acknowledgement()
          .ifPresent(answer -> surroundings.tell(spoken.message().ref(), answer));
    }
  }

  /** Attempts that were alive and are no longer: their leases end. */
  private void endAttempts(JobState before, JobState after) {
    List<LiveAttempt> alive = after.liveAttempts();
    for (LiveAttempt attempt : before.liveAttempts()) {
      if (!alive.contains(attempt)) {
        running.end(attempt.task(), attempt.attempt(), Optional.empty());
      }
    }
    JobState now = jobs.get(before.job());
    if (now == null || now.liveAttempts().isEmpty()) {
      running.retire(before.job());
    }
  }

  /** Offers the tasks of a job that want a worker. */
  void offer(JobState state) {
    if (state instanceof JobState.Active active) {
      active.tasks().forEach(task -> offer(active, task));
    }
  }

  private void offer(JobId job, String task) {
    if (jobs.get(job) instanceof JobState.Active active) {
      offer(active, active.task(task).orElseThrow());
    }
  }

  private void offer(JobState.Active active, TaskState task) {
    if (active.wants(task) && task.status() instanceof TaskStatus.Ready ready) {
      offers.offer(
          new PlacementMessage.Offer(
              ref(active, task),
              task.spec().kind(),
              active.control().priority(),
              ready.since().toEpochMilli(),
              Plans.memoryBytes(task.spec(), active.request()),
              Plans.models(task.spec(), active.request()),
              active.preferredWorkers(task),
              new TreeSet<>(task.exhaustedWorkers())));
    }
  }

  private static TaskRef ref(JobState.Active active, TaskState task) {
    return new TaskRef(active.job(), task.name());
  }
}
