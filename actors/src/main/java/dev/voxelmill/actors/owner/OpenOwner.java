package dev.voxelmill.actors.owner;

import dev.voxelmill.actors.owner.PartitionOwner.Arrived;
import dev.voxelmill.actors.owner.PartitionOwner.Command;
import dev.voxelmill.actors.owner.PartitionOwner.Committed;
import dev.voxelmill.actors.owner.PartitionOwner.FromCluster;
import dev.voxelmill.actors.owner.PartitionOwner.GlbRead;
import dev.voxelmill.actors.owner.PartitionOwner.IntakeEnded;
import dev.voxelmill.actors.owner.PartitionOwner.News;
import dev.voxelmill.actors.owner.PartitionOwner.OfLife;
import dev.voxelmill.actors.owner.PartitionOwner.OwnershipEndedException;
import dev.voxelmill.actors.owner.PartitionOwner.Ports;
import dev.voxelmill.actors.owner.PartitionOwner.Stored;
import dev.voxelmill.actors.owner.PartitionOwner.Timer;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.FileRef;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.worker.OwnerMessage.FromWorker;
import dev.voxelmill.protocols.worker.PlacementMessage;
import dev.voxelmill.protocols.worker.WorkerCommand;
import dev.voxelmill.storage.log.CommitOutcome;
import dev.voxelmill.storage.log.LogBatch;
import dev.voxelmill.storage.log.OpenOutcome;
import dev.voxelmill.storage.log.PartitionLog;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
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
 * The owner of a partition whose log is open, as an actor: {@link OwnedPartition} decides, this
 * carries out. It holds the log, feeds the intake, and ends with any of them.
 */
final class OpenOwner extends AbstractBehavior<Command> implements OwnedPartition.Surroundings {
  /** One life of an owner, from its start to its failure or end. */
  record Life(UUID token, int partition, Ports ports, Fencings fencings) {}

  /** Longer than the brokers' own patience; an owner that is still silent then has failed. */
  private static final Duration ANSWER = Duration.ofSeconds(60);

  private final Life life;
  private final Ports ports;
  private final PartitionLog log;
  private final RunningJobs running;
  private final OwnedPartition owned;
  private final OwnerStore.Intake intake;

  OpenOwner(
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
    this.owned =
        new OwnedPartition(
            life.partition(),
            life.token().toString(),
            ports.config(),
            opened.replay().states().values(),
            this);
    timers.startTimerWithFixedDelay(Timer.OFFER, ports.config().offer());
    timers.startTimerWithFixedDelay(Timer.SWEEP, ports.config().jobs().sweep());
    this.intake =
        ports
            .store()
            .consume(
                life.partition(),
                opened.replay().nextIntakeOffset(),
                records -> deliver(self, context.getSystem().scheduler(), records));
    pipe(
        intake.ended(),
        (done, failure) ->
            new IntakeEnded(failure == null ? new IllegalStateException("it ended") : failure));
  }

  private CompletionStage<Done> deliver(
      ActorRef<Command> self, Scheduler scheduler, List<OwnerStore.Positioned> records) {
    return AskPattern.ask(
        self,
        (ActorRef<Done> replyTo) ->
            new OfLife(life.token(), new Arrived(records, () -> replyTo.tell(Done.getInstance()))),
        ANSWER,
        scheduler);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onSignal(ChildFailed.class, this::onSupervisorFailed)
        .onSignal(Terminated.class, signal -> this)
        .onSignal(PreRestart.class, signal -> onEnd())
        .onSignal(PostStop.class, signal -> onStop())
        .onAnyMessage(this::onCommand)
        .build();
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case FromCluster from -> owned.hear(from.message());
      case OfLife from -> {
        if (from.life().equals(life.token())) {
          countFencing(from.news());
          owned.hear(from.news());
        }
      }
      case Stored stored -> {
        if (stored.life().equals(life.token())) {
          owned.sweep(
              stored.checkpoints(), garbage -> ports.store().sweep(life.partition(), garbage));
        }
      }
      case Timer timer -> onTimer(timer);
    }
    return this;
  }

  private void countFencing(News news) {
    if (news instanceof Committed(CommitOutcome.Fenced fenced)
        && life.fencings().isAlarming(now())) {
      getContext()
          .getLog()
          .error(
              "partition {} is fenced again and again: {} times within {}, {} since this node"
                  + " hosts it (fix: look for a split cluster, or a second installation on the"
                  + " same topics.prefix)",
              life.partition(),
              life.fencings().recent(),
              Fencings.WINDOW,
              life.fencings().ever());
      tell(new PlacementMessage.Contested(life.partition(), life.fencings().recent()));
    }
  }

  private void onTimer(Timer timer) {
    switch (timer) {
      case OFFER -> owned.remind();
      case SWEEP ->
          getContext()
              .pipeToSelf(
                  ports.store().stored(life.partition()),
                  (checkpoints, failure) -> {
                    if (failure != null) {
                      getContext()
                          .getLog()
                          .warn("partition {} is not searched", life.partition(), failure);
                    }
                    return new Stored(life.token(), failure == null ? checkpoints : Set.of());
                  });
    }
  }

  private Behavior<Command> onSupervisorFailed(ChildFailed failed) {
    throw new OwnershipEndedException("a job's supervisor failed", failed.cause());
  }

  private Behavior<Command> onStop() {
    onEnd();
    ports.stopped().accept(life.partition());
    return this;
  }

  private Behavior<Command> onEnd() {
    intake.stop();
    log.close();
    return this;
  }

  @Override
  public Instant now() {
    return ports.clock().instant();
  }

  @Override
  public void commit(LogBatch batch) {
    pipe(
        log.commit(batch),
        (outcome, failure) ->
            new Committed(failure == null ? outcome : new CommitOutcome.Unavailable(failure)));
  }

  @Override
  public void readGlb(FromWorker message, FileRef glb) {
    pipe(
        ports.store().read(glb.blob()),
        (bytes, failure) -> {
          if (failure != null) {
            getContext().getLog().warn("GLB {} is not inlined", glb.blob().sha256(), failure);
            return new GlbRead(message, "");
          }
          return new GlbRead(message, Base64.getEncoder().encodeToString(bytes));
        });
  }

  @Override
  public void tell(PlacementMessage message) {
    ports.placement().tell(message);
  }

  @Override
  public void tell(ActorRef<WorkerCommand> worker, WorkerCommand command) {
    worker.tell(command);
  }

  @Override
  public void drop(JobId job, List<CheckpointManifest> checkpoints) {
    ports.store().drop(job, checkpoints);
  }

  @Override
  public LiveAttempts attempts() {
    return running;
  }

  private <T> void pipe(CompletionStage<T> stage, BiFunction<T, Throwable, News> news) {
    getContext()
        .pipeToSelf(
            stage, (value, failure) -> new OfLife(life.token(), news.apply(value, failure)));
  }
}
