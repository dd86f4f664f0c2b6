package dev.voxelmill.actors.owner;

import dev.voxelmill.actors.owner.PartitionOwner.Arrived;
import dev.voxelmill.actors.owner.PartitionOwner.AttemptLost;
import dev.voxelmill.actors.owner.PartitionOwner.Committed;
import dev.voxelmill.actors.owner.PartitionOwner.GlbRead;
import dev.voxelmill.actors.owner.PartitionOwner.IntakeEnded;
import dev.voxelmill.actors.owner.PartitionOwner.News;
import dev.voxelmill.actors.owner.PartitionOwner.Opened;
import dev.voxelmill.actors.owner.PartitionOwner.OwnershipEndedException;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.FileRef;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.lifecycle.Decision;
import dev.voxelmill.protocols.lifecycle.JobEvent;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.topic.IntakeRecord;
import dev.voxelmill.protocols.worker.OwnerMessage;
import dev.voxelmill.protocols.worker.OwnerMessage.FromWorker;
import dev.voxelmill.protocols.worker.OwnerMessage.Inquire;
import dev.voxelmill.protocols.worker.OwnerMessage.KeepAlive;
import dev.voxelmill.protocols.worker.OwnerMessage.OffersWanted;
import dev.voxelmill.protocols.worker.OwnerMessage.Proposal;
import dev.voxelmill.protocols.worker.OwnerMessage.WorkerGone;
import dev.voxelmill.protocols.worker.PlacementMessage;
import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerCommand;
import dev.voxelmill.storage.checkpoint.CheckpointKey;
import dev.voxelmill.storage.checkpoint.StoredCheckpoint;
import dev.voxelmill.storage.log.LogBatch;
import dev.voxelmill.storage.log.LogEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the owner of an open partition decides, without actors or Kafka. Every decision about a job
 * is {@link JobState}'s; what it publishes is committed with the state, and whatever else it asks
 * for is done after the commit, in order, by {@link Aftermath}. {@link OpenOwner} carries out what
 * it asks for, and so does the simulation.
 */
public final class OwnedPartition {
  private static final Logger LOG = LoggerFactory.getLogger(OwnedPartition.class);

  private final int partition;
  private final OwnerConfig config;
  private final Surroundings surroundings;
  private final Set<TaskRef> readingGlb = new HashSet<>();
  private final OfferLedger offers;
  private final LiveAttempts running;
  private final Aftermath aftermath;
  private final KnownJobs jobs;
  private final Admission.Rules rules;
  private final OwnLog log;

  /** Carries out what an owner asks for. */
  public interface Surroundings {
    Instant now();

    /** Makes a batch durable; answered by {@link PartitionOwner.Committed}, in order. */
    void commit(LogBatch batch);

    /** Reads a GLB that a worker reported; answered by {@link PartitionOwner.GlbRead}. */
    void readGlb(FromWorker message, FileRef glb);

    void tell(PlacementMessage message);

    void tell(ActorRef<WorkerCommand> worker, WorkerCommand command);

    /** Deletes checkpoints that no state refers to; best effort. */
    void drop(JobId job, List<CheckpointManifest> checkpoints);

    /** The leases of this owner's live attempts. */
    LiveAttempts attempts();
  }

  /**
   * The owner of a partition, from what its log remembers.
   *
   * @param life names this life of the owner
   */
  public OwnedPartition(
      int partition,
      String life,
      OwnerConfig config,
      Collection<JobState> remembered,
      Surroundings surroundings) {
    this.partition = partition;
    this.config = config;
    this.surroundings = surroundings;
    this.offers = new OfferLedger(partition, life);
    this.running = surroundings.attempts();
    this.jobs = new KnownJobs(config.jobs().remember(), remembered);
    this.aftermath = new Aftermath(partition, surroundings, offers, jobs.byId());
    this.rules = new Admission.Rules(config.jobs(), jobs.population());
    this.log = new OwnLog(partition, config.adoption(), surroundings);
    states().forEach(state -> state.liveAttempts().forEach(running::adopt));
    states().forEach(aftermath::offer);
    tellOffers();
  }

  /** Somebody else in the cluster speaks. */
  public void hear(OwnerMessage message) {
    onMessage(message);
    tellOffers();
  }

  /** Something that the owner has set going has come to an end. */
  public void hear(News news) {
    onNews(news);
    tellOffers();
  }

  /**
   * Wakes the jobs whose time has come and tells placement where the offers stand; to be called
   * every second or so.
   */
  public void remind() {
    Instant now = surroundings.now();
    List<LogEntry> forgotten = new ArrayList<>();
    for (JobState state : jobs.due(now)) {
      if (state instanceof JobState.Finished) {
        jobs.forget(state.job());
        forgotten.add(new LogEntry.Forget(state.job()));
      } else {
        decide(state, new JobEvent.TimePassed(), new Cause.Nobody(), "");
      }
    }
    log.commit(LogBatch.of(forgotten), () -> {});
    if (running.areAny()) {
      log.affirm();
    }
    tellOffers();
    surroundings.tell(offers.standing());
  }

  /**
   * Deletes what jobs left that are not known any more, and passes on which of the stored
   * checkpoints no state of a known job can refer to, once what says so is durable: a successor
   * that does not know of it may still take a manifest.
   */
  public void sweep(Set<StoredCheckpoint> stored, Consumer<List<CheckpointKey>> garbage) {
    Sweep sweep = new Sweep(stored, jobs.byId());
    List<LogEntry> orphans = sweep.orphans(surroundings.now().minus(config.jobs().orphanAge()));
    if (!orphans.isEmpty()) {
      LOG.info("partition {}: erases {} chunks of unknown jobs", partition, orphans.size());
    }
    log.commit(LogBatch.of(orphans), () -> {});
    List<CheckpointKey> unnamed = sweep.unnamed();
    if (!unnamed.isEmpty()) {
      log.commit(LogBatch.NOTHING, () -> garbage.accept(unnamed));
    }
  }

  /** What the owner knows, in memory ahead of what is durable. */
  public Collection<JobState> states() {
    return jobs.byId().values();
  }

  private void onMessage(OwnerMessage message) {
    switch (message) {
      case KeepAlive keepAlive -> {}
      case Inquire inquire -> inquire.replyTo().tell(new OwnerMessage.Owned(partition));
      case OffersWanted wanted -> surroundings.tell(offers.answer(wanted));
      case Proposal proposal -> onProposal(proposal);
      case FromWorker report -> onReport(report);
      case WorkerGone gone -> running.gone(gone.worker());
    }
  }

  private void onNews(News news) {
    switch (news) {
      case Opened opened -> {}
      case Arrived arrived -> onArrived(arrived);
      case IntakeEnded ended -> throw new OwnershipEndedException("intake", ended.cause());
      case Committed committed -> log.on(committed.outcome());
      case GlbRead read -> onGlbRead(read);
      case AttemptLost lost -> onAttemptLost(lost);
    }
  }

  private void onArrived(Arrived arrived) {
    List<LogEntry> entries = new ArrayList<>();
    List<Runnable> afterwards = new ArrayList<>();
    for (OwnerStore.Positioned positioned : arrived.records()) {
      IntakeRecord record = positioned.record();
      Optional<JobState> known = jobs.find(record.job());
      switch (rules.admit(record, known, surroundings.now())) {
        case Admission.Decided(Decision decision) -> {
          keep(decision);
          TransitionLog.admitted(record, decision.next());
          entries.addAll(DurableEntries.of(known, decision, ""));
          afterwards.add(() -> aftermath.follow(known, decision, new Cause.Nobody()));
        }
        case Admission.Refused refused -> entries.addAll(refused.entries());
        case Admission.Repeated repeated -> {}
      }
    }
    log.commit(
        LogBatch.of(entries, arrived.records().getLast().nextOffset()),
        () -> {
          afterwards.forEach(Runnable::run);
          arrived.durable().run();
        });
  }

  private void onProposal(Proposal proposal) {
    if (jobs.byId().get(proposal.task().job()) instanceof JobState.Active active
        && active.task(proposal.task().task()).filter(active::wants).isPresent()) {
      decide(
          active,
          new JobEvent.Granted(proposal.task().task(), proposal.worker()),
          new Cause.Proposed(proposal),
          "");
    } else { // an old offer: the worker is free for another task
      surroundings.tell(new PlacementMessage.AttemptEnded(proposal.task(), 0, proposal.worker()));
    }
  }

  private void onReport(FromWorker message) {
    Optional<JobState> known = jobs.find(message.task().job());
    if (known.isEmpty()) {
      String reason = "no such job";
      surroundings.tell(
          message.ref(), new WorkerCommand.Stop(message.task(), message.attempt(), reason));
      return;
    }
    JobState state = known.get();
    if (WorkerWord.isLive(message, state)) {
      running.heard(message, state.seq(), log.isCertainlyOwn());
      Optional<FileRef> glb = WorkerWord.inlineGlb(message.report(), config.inlineGlb());
      if (glb.isPresent()) {
        readGlb(message, glb.get());
        return;
      }
    }
    decide(state, WorkerWord.asEvent(message), new Cause.Spoken(message), "");
  }

  /** Read first and decided after, so that the transaction that ends the job waits for nothing. */
  private void readGlb(FromWorker message, FileRef glb) {
    if (readingGlb.add(message.task())) {
      surroundings.readGlb(message, glb);
    }
  }

  private void onGlbRead(GlbRead read) {
    FromWorker message = read.message();
    readingGlb.remove(message.task());
    jobs.find(message.task().job())
        .ifPresent(
            state ->
                decide(
                    state, WorkerWord.asEvent(message), new Cause.Spoken(message), read.base64()));
  }

  private void onAttemptLost(AttemptLost lost) {
    LOG.info("{}#{}: {} is silent", lost.task(), lost.attempt(), lost.worker());
    JobEvent event = new JobEvent.WorkerLost(lost.task().task(), lost.attempt(), lost.worker());
    jobs.find(lost.task().job()).ifPresent(state -> decide(state, event, new Cause.Nobody(), ""));
  }

  private void decide(JobState before, JobEvent event, Cause cause, String inlineGlb) {
    Optional<JobState> known = Optional.of(before);
    Decision decision = before.on(event, surroundings.now());
    keep(decision);
    if (!decision.next().equals(before)) {
      TransitionLog.changed(event, decision.next());
    }
    log.commit(
        LogBatch.of(DurableEntries.of(known, decision, inlineGlb)),
        () -> {
          aftermath.follow(known, decision, cause);
          if (event instanceof JobEvent.Reported reported
              && WorkerWord.freesWorker(reported.report())) {
            TaskRef task = new TaskRef(before.job(), reported.task());
            surroundings.tell(
                new PlacementMessage.AttemptEnded(task, reported.attempt(), reported.worker()));
          }
        });
  }

  private void keep(Decision decision) {
    if (DurableEntries.isNothing(decision.next())) {
      jobs.forget(decision.next().job());
    } else {
      jobs.put(decision.next());
    }
  }

  private void tellOffers() {
    offers.news().ifPresent(surroundings::tell);
  }
}
