package dev.voxelmill.actors.owner;

import dev.voxelmill.actors.owner.PartitionOwner.Arrived;
import dev.voxelmill.actors.owner.PartitionOwner.AttemptLost;
import dev.voxelmill.actors.owner.PartitionOwner.Command;
import dev.voxelmill.actors.owner.PartitionOwner.Committed;
import dev.voxelmill.actors.owner.PartitionOwner.FromCluster;
import dev.voxelmill.actors.owner.PartitionOwner.GlbRead;
import dev.voxelmill.actors.owner.PartitionOwner.IntakeEnded;
import dev.voxelmill.actors.owner.PartitionOwner.News;
import dev.voxelmill.actors.owner.PartitionOwner.OfLife;
import dev.voxelmill.actors.owner.PartitionOwner.Opened;
import dev.voxelmill.actors.owner.PartitionOwner.OwnershipEndedException;
import dev.voxelmill.actors.owner.PartitionOwner.Ports;
import dev.voxelmill.actors.owner.PartitionOwner.Timer;
import dev.voxelmill.protocols.job.FileRef;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.lifecycle.Decision;
import dev.voxelmill.protocols.lifecycle.Effect;
import dev.voxelmill.protocols.lifecycle.JobEvent;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.lifecycle.TaskState;
import dev.voxelmill.protocols.lifecycle.TaskStatus;
import dev.voxelmill.protocols.plan.Plans;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.topic.IntakeRecord;
import dev.voxelmill.protocols.worker.OwnerMessage;
import dev.voxelmill.protocols.worker.OwnerMessage.FromWorker;
import dev.voxelmill.protocols.worker.OwnerMessage.Inquire;
import dev.voxelmill.protocols.worker.OwnerMessage.KeepAlive;
import dev.voxelmill.protocols.worker.OwnerMessage.Proposal;
import dev.voxelmill.protocols.worker.PlacementMessage;
import dev.voxelmill.protocols.worker.TaskOutput;
import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerCommand;
import dev.voxelmill.protocols.worker.WorkerReport;
import dev.voxelmill.storage.log.CommitOutcome;
import dev.voxelmill.storage.log.LogBatch;
import dev.voxelmill.storage.log.LogEntry;
import dev.voxelmill.storage.log.OpenOutcome;
import dev.voxelmill.storage.log.PartitionLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.Scheduler;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * The owner of a partition whose log is open. Every decision is {@link JobState}'s; what it
 * publishes is committed with the state, and whatever else it asks for is done after the commit, in
 * order.
 */
final class OwnedPartition extends AbstractBehavior<Command> {
  /** One life of an owner, from its start to its failure or end. */
  record Life(UUID token, int partition, Ports ports) {}

  /** Longer than the brokers' own patience; an owner that is still silent then has failed. */
  private static final Duration ANSWER = Duration.ofSeconds(60);

  private final Life life;
  private final Ports ports;
  private final PartitionLog log;
  private final OwnerStore.Intake intake;
  private final Map<JobId, JobState> jobs = new HashMap<>();
  private final Set<TaskRef> readingGlb = new HashSet<>();
  private final CommitQueue commits = new CommitQueue();
  private final RunningJobs running;

  OwnedPartition(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Life life,
      OpenOutcome.Opened opened) {
    super(context);
    this.life = life;
    this.ports = life.ports();
    this.log = opened.log();
    ActorRef<Command> self = context.getSelf();
    this.running =
        new RunningJobs(
            context,
            new JobSupervisor.Setting(
                ports.config(),
                ports.clock(),
                ports.store()::publish,
                lost -> self.tell(new OfLife(life.token(), lost))));
    jobs.putAll(opened.replay().states());
    jobs.values().forEach(running::adopt);
    offerAll();
    timers.startTimerWithFixedDelay(Timer.OFFER, ports.config().offer());
    this.intake =
        ports
            .store()
            .consume(
                life.partition(),
                opened.replay().nextIntakeOffset(),
                requests -> deliver(self, context.getSystem().scheduler(), requests));
    hear(
        intake.ended(),
        (done, failure) ->
            new IntakeEnded(failure == null ? new IllegalStateException("it ended") : failure));
  }

  private CompletionStage<Done> deliver(
      ActorRef<Command> self, Scheduler scheduler, List<OwnerStore.Positioned> requests) {
    return AskPattern.ask(
        self,
        replyTo -> new OfLife(life.token(), new Arrived(requests, replyTo)),
        ANSWER,
        scheduler);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onSignal(ChildFailed.class, this::onSupervisorFailed)
        .onSignal(Terminated.class, signal -> this)
        .onSignal(PreRestart.class, signal -> onEnd())
        .onSignal(PostStop.class, signal -> onEnd())
        .onAnyMessage(this::onCommand)
        .build();
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case FromCluster from -> onMessage(from.message());
      case OfLife from -> {
        if (from.life().equals(life.token())) {
          onNews(from.news());
        }
      }
      case Timer timer -> offerAll();
    }
    return this;
  }

  private void onMessage(OwnerMessage message) {
    switch (message) {
      case KeepAlive keepAlive -> {}
      case Inquire inquire -> inquire.replyTo().tell(new OwnerMessage.Owned(life.partition()));
      case Proposal proposal -> onProposal(proposal);
      case FromWorker report -> onReport(report);
    }
  }

  private void onNews(News news) {
    switch (news) {
      case Opened opened -> {}
      case Arrived arrived -> onArrived(arrived);
      case IntakeEnded ended -> throw new OwnershipEndedException("intake", ended.cause());
      case Committed committed -> onCommitted(committed.outcome());
      case GlbRead read -> onGlbRead(read);
      case AttemptLost lost -> onAttemptLost(lost);
    }
  }

  private Behavior<Command> onSupervisorFailed(ChildFailed failed) {
    throw new OwnershipEndedException("a job's supervisor failed", failed.cause());
  }

  private Behavior<Command> onEnd() {
    intake.stop();
    log.close();
    return this;
  }

  private void onArrived(Arrived arrived) {
    List<LogEntry> entries = new ArrayList<>();
    List<Decision> decisions = new ArrayList<>();
    for (OwnerStore.Positioned positioned : arrived.requests()) {
      accept(positioned.request(), entries, decisions);
    }
    commit(
        LogBatch.of(entries, arrived.requests().getLast().nextOffset()),
        () -> {
          decisions.forEach(decision -> perform(decision, new Cause.Nobody()));
          arrived.replyTo().tell(Done.getInstance());
        });
  }

  /** The same id and body is the same job; another body concerns the submission alone. */
  private void accept(IntakeRecord submitted, List<LogEntry> entries, List<Decision> decisions) {
    JobRequest request = submitted.request();
    JobState known = jobs.get(request.job());
    if (known == null) {
      Decision decision =
          JobState.accepted(
              request, submitted.bodyHash(), Plans.of(request), ports.clock().instant());
      jobs.put(request.job(), decision.next());
      entries.addAll(DurableEntries.of(decision, ""));
      decisions.add(decision);
      getContext().getLog().info("{}: accepted from {}", request.job(), submitted.source());
    } else if (!known.bodyHash().equals(submitted.bodyHash())) {
      String reason =
          "id: '%s' names a job with other content (expected: the same content, or another id)"
              .formatted(request.job().id());
      entries.add(
          new LogEntry.Publish(
              new EventRecord(
                  request.job(),
                  0,
                  ports.clock().instant(),
                  new EventRecord.Rejected(reason, submitted.source()))));
    }
  }

  private void onProposal(Proposal proposal) {
    JobState state = jobs.get(proposal.task().job());
    boolean ready =
        state instanceof JobState.Active active
            && active
                .task(proposal.task().task())
                .filter(task -> task.status() instanceof TaskStatus.Ready)
                .isPresent();
    if (ready) {
      decide(
          state,
          new JobEvent.Granted(proposal.task().task(), proposal.worker()),
          new Cause.Proposed(proposal),
          "");
    } else { // an old offer: the worker is free for another task
      ports.placement().tell(new PlacementMessage.Withdraw(proposal.task()));
      ports
          .placement()
          .tell(new PlacementMessage.AttemptEnded(proposal.task(), 0, proposal.worker()));
    }
  }

  private void onReport(FromWorker message) {
    JobState state = jobs.get(message.task().job());
    if (state == null) {
      String reason = "no such job";
      message.ref().tell(new WorkerCommand.Stop(message.task(), message.attempt(), reason));
      return;
    }
    if (isLive(state, message)) {
      running.heard(message, state.seq());
      Optional<FileRef> glb = inlineGlb(message.report());
      if (glb.isPresent()) {
        readGlb(message, glb.get());
        return;
      }
    }
    decide(state, reported(message), new Cause.Spoken(message), "");
  }

  /** Read first and decided after, so that the transaction that ends the job waits for nothing. */
  private void readGlb(FromWorker message, FileRef glb) {
    if (readingGlb.add(message.task())) {
      hear(
          ports.store().read(glb.blob()),
          (bytes, failure) -> {
            if (failure != null) {
              getContext().getLog().warn("GLB {} is not inlined", glb.blob().sha256(), failure);
              return new GlbRead(message, "");
            }
            return new GlbRead(message, Base64.getEncoder().encodeToString(bytes));
          });
    }
  }

  private void onGlbRead(GlbRead read) {
    FromWorker message = read.message();
    readingGlb.remove(message.task());
    JobState state = jobs.get(message.task().job());
    decide(state, reported(message), new Cause.Spoken(message), read.base64());
  }

  private void onAttemptLost(AttemptLost lost) {
    getContext().getLog().info("{}#{}: {} is silent", lost.task(), lost.attempt(), lost.worker());
    decide(
        jobs.get(lost.task().job()),
        new JobEvent.WorkerLost(lost.task().task(), lost.attempt(), lost.worker()),
        new Cause.Nobody(),
        "");
  }

  private void decide(JobState before, JobEvent event, Cause cause, String inlineGlb) {
    Decision decision = before.on(event, ports.clock().instant());
    jobs.put(before.job(), decision.next());
    boolean changed = !decision.next().equals(before);
    if (changed) {
      logTransition(before.job(), event, decision.next());
    }
    commit(
        LogBatch.of(changed ? DurableEntries.of(decision, inlineGlb) : List.of()),
        () -> {
          perform(decision, cause);
          endAttempts(before, event, decision.next());
        });
  }

  /** Runs what follows once the batch, and every batch before it, is durable. */
  private void commit(LogBatch batch, Runnable afterwards) {
    if (commits.add(batch, afterwards)) {
      hear(
          log.commit(batch),
          (outcome, failure) ->
              new Committed(failure == null ? outcome : new CommitOutcome.Unavailable(failure)));
    }
  }

  private <T> void hear(CompletionStage<T> stage, BiFunction<T, Throwable, News> news) {
    getContext()
        .pipeToSelf(
            stage, (value, failure) -> new OfLife(life.token(), news.apply(value, failure)));
  }

  private void onCommitted(CommitOutcome outcome) {
    switch (outcome) {
      case CommitOutcome.Committed committed -> commits.committed();
      case CommitOutcome.Fenced fenced ->
          throw new OwnershipEndedException(
              "partition " + life.partition() + " has a newer owner", null);
      case CommitOutcome.Unavailable unavailable ->
          throw new OwnershipEndedException(
              "partition " + life.partition() + " cannot be written", unavailable.cause());
      case CommitOutcome.Refused refused ->
          throw new OwnershipEndedException(
              "partition " + life.partition() + ": " + refused.reason(), null);
    }
  }

  private void perform(Decision decision, Cause cause) {
    JobId job = decision.next().job();
    for (Effect effect : decision.effects()) {
      switch (effect) {
        case Effect.Publish published -> {}
        case Effect.PublishAsset published -> {}
        case Effect.Offer offer -> offer(job, offer.task().task());
        case Effect.Withdraw withdraw ->
            ports.placement().tell(new PlacementMessage.Withdraw(withdraw.task()));
        case Effect.Dispatch dispatch -> dispatch(dispatch, cause);
        case Effect.TellStop stop -> stop(stop, cause);
        case Effect.Acknowledge acknowledge -> acknowledge(cause);
        case Effect.DropCheckpoints drop -> ports.store().drop(job, drop.checkpoints());
        case Effect.Ignored ignored ->
            getContext().getLog().debug("{}: ignored, {}", job, ignored.why());
      }
    }
  }

  private void dispatch(Effect.Dispatch dispatch, Cause cause) {
    ports.placement().tell(new PlacementMessage.Withdraw(dispatch.task()));
    if (cause instanceof Cause.Proposed proposed
        && jobs.get(dispatch.task().job()) instanceof JobState.Active now) {
      TaskState task = now.task(dispatch.task().task()).orElseThrow();
      if (task.attempt() == dispatch.attempt() && task.status().holder().isPresent()) {
        running.dispatch(now.assignment(task, life.partition()), proposed.proposal());
      }
    }
  }

  private void stop(Effect.TellStop stop, Cause cause) {
    if (cause instanceof Cause.Spoken spoken && spoken.concerns(stop)) {
      spoken
          .message()
          .ref()
          .tell(new WorkerCommand.Stop(stop.task(), stop.attempt(), stop.reason()));
    } else {
      running.end(stop.task(), stop.attempt(), Optional.of(stop.reason()));
    }
  }

  private static void acknowledge(Cause cause) {
    if (cause instanceof Cause.Spoken spoken) {
      spoken.acknowledge();
    }
  }

  /** Attempts that were alive and are no longer: their leases end. */
  private void endAttempts(JobState before, JobEvent event, JobState after) {
    if (before instanceof JobState.Active was) {
      for (TaskState task : was.tasks()) {
        if (task.status().holder().isPresent() && !RunningJobs.holds(after, task)) {
          running.end(ref(was, task), task.attempt(), Optional.empty());
        }
      }
      running.retire(jobs.get(was.job()));
    }
    if (event instanceof JobEvent.Reported reported && freesWorker(reported.report())) {
      TaskRef task = new TaskRef(before.job(), reported.task());
      ports
          .placement()
          .tell(new PlacementMessage.AttemptEnded(task, reported.attempt(), reported.worker()));
    }
  }

  /**
   * A worker that refused is busy, one that fell silent may be dead: those two must not be free.
   */
  private static boolean freesWorker(WorkerReport report) {
    return switch (report) {
      case WorkerReport.Completed ended -> true;
      case WorkerReport.Failed ended -> true;
      case WorkerReport.Released ended -> true;
      case WorkerReport.Started live -> false;
      case WorkerReport.Running live -> false;
      case WorkerReport.Previewed live -> false;
      case WorkerReport.Checkpointed live -> false;
      case WorkerReport.Refused busy -> false;
    };
  }

  private static boolean isLive(JobState state, FromWorker message) {
    return state instanceof JobState.Active active
        && active
            .task(message.task().task())
            .filter(task -> task.attempt() == message.attempt())
            .flatMap(task -> task.status().holder())
            .equals(Optional.of(message.worker()));
  }

  private void offerAll() {
    for (JobState state : jobs.values()) {
      if (state instanceof JobState.Active active) {
        active.tasks().forEach(task -> offer(active, task));
      }
    }
  }

  private void offer(JobId job, String task) {
    if (jobs.get(job) instanceof JobState.Active active) {
      offer(active, active.task(task).orElseThrow());
    }
  }

  private void offer(JobState.Active active, TaskState task) {
    if (task.status() instanceof TaskStatus.Ready ready) {
      ports
          .placement()
          .tell(
              new PlacementMessage.Offer(
                  ref(active, task),
                  life.partition(),
                  task.spec().kind(),
                  active.request().priority(),
                  ready.since().toEpochMilli(),
                  active.preferredWorkers(task)));
    }
  }

  private Optional<FileRef> inlineGlb(WorkerReport report) {
    return report instanceof WorkerReport.Completed completed
            && completed.output() instanceof TaskOutput.Files files
        ? files.files().stream()
            .filter(file -> file.mediaType().equals("model/gltf-binary"))
            .filter(file -> file.blob().size() <= ports.config().inlineGlb().bytes())
            .findFirst()
        : Optional.empty();
  }

  private void logTransition(JobId job, JobEvent event, JobState next) {
    String now =
        next instanceof JobState.Active active
            ? active.task(event.task()).orElseThrow().status().getClass().getSimpleName()
            : next.getClass().getSimpleName();
    String what =
        event instanceof JobEvent.Reported reported
            ? reported.report().getClass().getSimpleName()
            : event.getClass().getSimpleName();
    getContext().getLog().info("{}/{}: {}, now {}", job, event.task(), what, now);
  }

  private static JobEvent.Reported reported(FromWorker message) {
    return new JobEvent.Reported(
        message.task().task(), message.attempt(), message.worker(), message.report());
  }

  private static TaskRef ref(JobState.Active active, TaskState task) {
    return new TaskRef(active.job(), task.name());
  }
}
