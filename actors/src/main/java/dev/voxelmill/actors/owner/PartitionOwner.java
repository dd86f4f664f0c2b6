package dev.voxelmill.actors.owner;

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
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerReport;
import dev.voxelmill.storage.log.CommitOutcome;
import dev.voxelmill.storage.log.LogBatch;
import dev.voxelmill.storage.log.LogEntry;
import dev.voxelmill.storage.log.OpenOutcome;
import dev.voxelmill.storage.log.PartitionLog;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.Done;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Owns the jobs of one partition: their states in memory, their log in Kafka, their intake.
 *
 * <p>Opening the log fences every earlier owner, so that two owners may believe in themselves but
 * only one can decide anything durable. Every decision is {@link JobState}'s; what it publishes is
 * committed with the state, and whatever else it asks for is done after the commit, in order. When
 * the log fails or is fenced, the owner forgets everything and starts afresh with back-off: what
 * was not committed never happened, and workers repeat what was not acknowledged.
 */
public final class PartitionOwner extends AbstractBehavior<PartitionOwner.Command> {
  /** Everything that reaches an owner; never leaves the node. */
  sealed interface Command extends NoSerializationVerificationNeeded {}

  /** Requests in the order of their offsets; answered when they are durable. */
  record Arrived(List<Positioned> requests, ActorRef<Done> replyTo) implements Command {}

  /** A request of the intake topic, and the offset after it. */
  record Positioned(IntakeRecord request, long nextOffset) {}

  /** A supervisor has not heard of an attempt for a whole lease. */
  record AttemptLost(TaskRef task, int attempt, WorkerId worker) implements Command {}

  private record FromCluster(OwnerMessage message) implements Command {}

  private record Opened(OpenOutcome outcome) implements Command {}

  private record Committed(CommitOutcome outcome) implements Command {}

  private record IntakeFailed(Throwable cause) implements Command {}

  /** The GLB of a finished job was read, or could not be, before the job's end is decided. */
  private record GlbRead(FromWorker message, String base64) implements Command {}

  private enum Timer implements Command {
    OFFER
  }

  /** What an owner works with. */
  public record Ports(
      OwnerConfig config,
      InstantSource clock,
      OwnerStore store,
      ActorRef<PlacementMessage> placement) {}

  /** A fault after which the owner starts afresh. */
  static final class OwnershipEndedException extends RuntimeException {
    OwnershipEndedException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private final int partition;
  private final Ports ports;
  private final Map<JobId, JobState> jobs = new HashMap<>();
  private final Map<JobId, ActorRef<JobSupervisor.Command>> supervisors = new HashMap<>();
  private final Set<TaskRef> readingGlb = new HashSet<>();
  private final CommitQueue commits = new CommitQueue();
  private Optional<PartitionLog> log = Optional.empty();
  private Optional<OwnerStore.Intake> intake = Optional.empty();

  private PartitionOwner(
      ActorContext<Command> context, TimerScheduler<Command> timers, int partition, Ports ports) {
    super(context);
    context.setLoggerName(PartitionOwner.class);
    this.partition = partition;
    this.ports = ports;
    context.pipeToSelf(
        ports.store().open(partition),
        (outcome, failure) ->
            new Opened(failure == null ? outcome : new OpenOutcome.Unavailable(failure)));
    timers.startTimerWithFixedDelay(Timer.OFFER, ports.config().offer());
  }

  /** The owner of a partition as the cluster addresses it. */
  public static Behavior<OwnerMessage> create(int partition, Ports ports) {
    Behavior<Command> owner =
        Behaviors.setup(
            context ->
                Behaviors.withTimers(
                    timers -> new PartitionOwner(context, timers, partition, ports)));
    Behavior<Command> restarting =
        Behaviors.supervise(owner)
            .onFailure(
                RuntimeException.class,
                SupervisorStrategy.restartWithBackoff(
                    ports.config().restartMin(), ports.config().restartMax(), 0.2));
    return Behaviors.transformMessages(
        OwnerMessage.class, restarting, match -> match.match(OwnerMessage.class, FromCluster::new));
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
      case Arrived arrived -> onArrived(arrived);
      case AttemptLost lost -> onAttemptLost(lost);
      case Opened opened -> onOpened(opened.outcome());
      case Committed committed -> onCommitted(committed.outcome());
      case IntakeFailed failed -> throw new OwnershipEndedException("intake", failed.cause());
      case GlbRead read -> onGlbRead(read);
      case Timer timer -> offerAll();
    }
    return this;
  }

  private Behavior<Command> onSupervisorFailed(ChildFailed failed) {
    throw new OwnershipEndedException("a job's supervisor failed", failed.cause());
  }

  private Behavior<Command> onEnd() {
    intake.ifPresent(OwnerStore.Intake::stop);
    log.ifPresent(PartitionLog::close);
    return this;
  }

  private void onOpened(OpenOutcome outcome) {
    switch (outcome) {
      case OpenOutcome.Unavailable unavailable ->
          throw new OwnershipEndedException(
              "partition " + partition + " cannot be opened", unavailable.cause());
      case OpenOutcome.Opened opened -> {
        log = Optional.of(opened.log());
        jobs.putAll(opened.replay().states());
        jobs.values().forEach(this::adopt);
        offerAll();
        intake =
            Optional.of(
                ports
                    .store()
                    .consume(
                        partition, opened.replay().nextIntakeOffset(), getContext().getSelf()));
        getContext()
            .pipeToSelf(
                intake.get().ended(),
                (done, failure) ->
                    new IntakeFailed(
                        failure == null ? new IllegalStateException("it ended") : failure));
      }
    }
  }

  /** A worker that runs on since an earlier owner has a full lease to tell of it. */
  private void adopt(JobState state) {
    if (state instanceof JobState.Active active) {
      for (TaskState task : active.tasks()) {
        task.status()
            .holder()
            .ifPresent(
                worker ->
                    supervisor(active.job())
                        .tell(new JobSupervisor.Adopt(ref(active, task), task.attempt(), worker)));
      }
    }
  }

  private void onMessage(OwnerMessage message) {
    if (log.isEmpty()) {
      return; // opening: placement and workers repeat themselves
    }
    switch (message) {
      case KeepAlive keepAlive -> {}
      case Inquire inquire -> inquire.replyTo().tell(new OwnerMessage.Owned(partition));
      case Proposal proposal -> onProposal(proposal);
      case FromWorker report -> onReport(report);
    }
  }

  private void onArrived(Arrived arrived) {
    List<LogEntry> entries = new ArrayList<>();
    List<Decision> decisions = new ArrayList<>();
    for (Positioned positioned : arrived.requests()) {
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
      supervisor(state.job()).tell(new JobSupervisor.Heard(message, state.seq()));
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
      getContext()
          .pipeToSelf(
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
          endLeases(before, decision.next());
        });
  }

  /** Runs what follows once the batch, and every batch before it, is durable. */
  private void commit(LogBatch batch, Runnable afterwards) {
    if (commits.add(batch, afterwards)) {
      getContext()
          .pipeToSelf(
              log.orElseThrow().commit(batch),
              (outcome, failure) ->
                  new Committed(
                      failure == null ? outcome : new CommitOutcome.Unavailable(failure)));
    }
  }

  private void onCommitted(CommitOutcome outcome) {
    switch (outcome) {
      case CommitOutcome.Committed committed -> commits.committed();
      case CommitOutcome.Fenced fenced ->
          throw new OwnershipEndedException("partition " + partition + " has a newer owner", null);
      case CommitOutcome.Unavailable unavailable ->
          throw new OwnershipEndedException(
              "partition " + partition + " cannot be written", unavailable.cause());
      case CommitOutcome.Refused refused ->
          throw new OwnershipEndedException(
              "partition " + partition + ": " + refused.reason(), null);
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
        case Effect.DropCheckpoints drop -> ports.store().drop(job, partition, drop.checkpoints());
        case Effect.Ignored ignored ->
            getContext().getLog().debug("{}: ignored, {}", job, ignored.why());
      }
    }
  }

  private void dispatch(Effect.Dispatch dispatch, Cause cause) {
    ports.placement().tell(new PlacementMessage.Withdraw(dispatch.task()));
    JobId job = dispatch.task().job();
    if (cause instanceof Cause.Proposed proposed && jobs.get(job) instanceof JobState.Active now) {
      TaskState task = now.task(dispatch.task().task()).orElseThrow();
      if (task.attempt() == dispatch.attempt() && task.status().holder().isPresent()) {
        supervisor(job)
            .tell(
                new JobSupervisor.Dispatch(
                    now.assignment(task, partition), dispatch.worker(), proposed.proposal().ref()));
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
      tellSupervisor(
          stop.task().job(),
          new JobSupervisor.End(stop.task(), stop.attempt(), Optional.of(stop.reason())));
    }
  }

  private static void acknowledge(Cause cause) {
    if (cause instanceof Cause.Spoken spoken) {
      spoken.acknowledge();
    }
  }

  /**
   * Attempts that were alive before and are no longer: their leases end, their workers are free.
   */
  private void endLeases(JobState before, JobState after) {
    if (!(before instanceof JobState.Active was)) {
      return;
    }
    for (TaskState task : was.tasks()) {
      Optional<WorkerId> holder = task.status().holder();
      if (holder.isPresent() && !holds(after, task)) {
        TaskRef ref = ref(was, task);
        ports
            .placement()
            .tell(new PlacementMessage.AttemptEnded(ref, task.attempt(), holder.get()));
        tellSupervisor(was.job(), new JobSupervisor.End(ref, task.attempt(), Optional.empty()));
      }
    }
    if (!anyLive(jobs.get(was.job())) && supervisors.containsKey(was.job())) {
      getContext().stop(supervisors.remove(was.job()));
    }
  }

  private static boolean holds(JobState state, TaskState task) {
    return state instanceof JobState.Active active
        && active.task(task.name()).orElseThrow().status().holder().isPresent()
        && active.task(task.name()).orElseThrow().attempt() == task.attempt();
  }

  private static boolean anyLive(JobState state) {
    return state instanceof JobState.Active active
        && active.tasks().stream().anyMatch(task -> task.status().holder().isPresent());
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
                  partition,
                  task.spec().kind(),
                  active.request().priority(),
                  ready.since().toEpochMilli(),
                  active.preferredWorkers(task)));
    }
  }

  private ActorRef<JobSupervisor.Command> supervisor(JobId job) {
    return supervisors.computeIfAbsent(
        job,
        id -> {
          ActorRef<JobSupervisor.Command> child =
              getContext()
                  .spawnAnonymous(
                      JobSupervisor.create(
                          new JobSupervisor.Setting(
                              ports.config(),
                              ports.clock(),
                              ports.store()::publish,
                              getContext().getSelf())));
          getContext().watch(child);
          return child;
        });
  }

  private void tellSupervisor(JobId job, JobSupervisor.Command command) {
    Optional.ofNullable(supervisors.get(job)).ifPresent(child -> child.tell(command));
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
