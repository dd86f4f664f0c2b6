package dev.voxelmill.actors.placement;

import dev.voxelmill.actors.placement.KnownWorker.Hold;
import dev.voxelmill.protocols.topic.FleetRecord;
import dev.voxelmill.protocols.worker.OwnerMessage;
import dev.voxelmill.protocols.worker.PlacementMessage;
import dev.voxelmill.protocols.worker.PlacementMessage.AttemptEnded;
import dev.voxelmill.protocols.worker.PlacementMessage.Contested;
import dev.voxelmill.protocols.worker.PlacementMessage.Heartbeat;
import dev.voxelmill.protocols.worker.PlacementMessage.Offer;
import dev.voxelmill.protocols.worker.PlacementMessage.Offers;
import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerStatus;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which waiting task goes to which free worker, without actors or clocks: whoever uses it passes
 * what was heard and the monotonic time. {@link Placement}, the simulation and the bench do.
 *
 * <p>{@link FairShare} says whose turn it is, {@link TenantQueue} which of the tenant's tasks,
 * {@link FreeWorkers} where it goes. A device is held for a task from the proposal until a
 * heartbeat or the task's owner shows that it is free. What a grant costs grows with the logarithm
 * of workers and tasks.
 */
public final class PlacementCore {
  /** An owner that has not answered within this time is asked again. */
  private static final long ANSWER_NANOS = 1_000_000_000L;

  private static final double NANOS_PER_SECOND = 1e9;

  private final PlacementConfig config;
  private final Placement.Owners owners;
  private final FairShare share;
  private final FreeWorkers free = new FreeWorkers();
  private final ExpectedTime expected = new ExpectedTime();
  private final DeviceTime tenantTime;
  private final Map<WorkerId, KnownWorker> workers = new LinkedHashMap<>();
  private final Map<WorkerId, AttemptEnded> ended = new HashMap<>();
  private final Map<Integer, OfferReplica> replicas = new TreeMap<>();
  private final Map<TaskRef, WaitingTask> tasks = new HashMap<>();
  private final Map<TaskRef, Proposed> proposals = new HashMap<>();
  private final Deque<Proposed> unanswered = new ArrayDeque<>();
  private final ContestedPartitions contested = new ContestedPartitions();
  private final OfferReplica.Listener listener = new WaitingTasks();

  /** A task that was proposed; it is proposed again when nothing came of it by then. */
  record Proposed(TaskRef task, WorkerId worker, long untilNanos) {}

  /**
   * A placement that knows nothing yet.
   *
   * @param owners are told proposals and asked for offers
   */
  public PlacementCore(PlacementConfig config, Placement.Owners owners) {
    this.config = config;
    this.owners = owners;
    this.share = new FairShare(config.weights(), config.fairnessWindow().toSeconds());
    this.tenantTime = new DeviceTime(config.fairnessWindow());
  }

  /** Takes in what a worker or an owner says. */
  public void hear(PlacementMessage message, long nowNanos) {
    switch (message) {
      case Heartbeat heartbeat -> onHeartbeat(heartbeat, nowNanos);
      case Offers offers -> onOffers(offers, nowNanos);
      case AttemptEnded over -> onAttemptEnded(over, nowNanos);
      case Contested news -> contested.hear(news, nowNanos);
    }
  }

  private void onHeartbeat(Heartbeat heartbeat, long now) {
    WorkerStatus status = heartbeat.status();
    KnownWorker worker = workers.remove(status.id());
    if (worker == null) {
      worker = new KnownWorker(heartbeat, now);
    } else {
      free.remove(worker);
      worker.saw(heartbeat, now);
    }
    workers.put(status.id(), worker); // the longest silent stay in front
    Optional<TaskRef> shown =
        status.running().stream()
            .filter(running -> !isOver(status.id(), running))
            .map(WorkerStatus.RunningTask::task)
            .findFirst();
    if (shown.isPresent()) {
      show(worker, shown.get(), now);
    } else if (worker.hold().filter(hold -> !hold.proposed()).isPresent()) {
      release(worker, true, now);
    } else {
      account(worker, now);
    }
    freeIfIdle(worker);
  }

  /** A heartbeat may be older than the owner's word that the attempt which it shows is over. */
  private boolean isOver(WorkerId worker, WorkerStatus.RunningTask running) {
    AttemptEnded over = ended.get(worker);
    return over != null
        && over.task().equals(running.task())
        && over.attempt() == running.attempt();
  }

  private void show(KnownWorker worker, TaskRef task, long now) {
    if (worker.hold().filter(hold -> hold.task().equals(task)).isEmpty()) {
      release(worker, false, now);
      worker.hold(Optional.of(new Hold(task, Optional.empty(), false, now, now, 0)));
      share.found(task.job().tenant());
    } else {
      worker.hold(worker.hold().map(Hold::shown));
      account(worker, now);
    }
  }

  /** Charges the time since the last account; what was charged ahead is used up first. */
  private void account(KnownWorker worker, long now) {
    worker
        .hold()
        .ifPresent(
            hold -> {
              double used = (now - hold.chargedNanos()) / NANOS_PER_SECOND;
              double ahead = Math.min(used, hold.expectedSeconds());
              if (used > ahead) {
                share.charge(hold.tenant(), used - ahead);
              }
              tenantTime.add(hold.tenant(), used, now);
              worker.used(used, now);
              worker.hold(Optional.of(hold.charged(now, hold.expectedSeconds() - ahead)));
            });
  }

  private void release(KnownWorker worker, boolean ran, long now) {
    account(worker, now);
    worker
        .hold()
        .ifPresent(
            hold -> {
              share.charge(hold.tenant(), -hold.expectedSeconds());
              share.giveBack(hold.tenant());
              if (ran) {
                double took = (now - hold.sinceNanos()) / NANOS_PER_SECOND;
                hold.kind().ifPresent(kind -> expected.took(kind, took));
              }
            });
    worker.hold(Optional.empty());
  }

  private void freeIfIdle(KnownWorker worker) {
    if (worker.hold().isEmpty() && worker.takesTasks()) {
      free.add(worker);
    }
  }

  private void onOffers(Offers news, long now) {
    replicas
        .computeIfAbsent(news.partition(), partition -> new OfferReplica())
        .apply(news, now, ANSWER_NANOS, listener)
        .ifPresent(wanted -> owners.tell(news.partition(), wanted));
  }

  private void onAttemptEnded(AttemptEnded over, long now) {
    ended.put(over.worker(), over);
    KnownWorker worker = workers.get(over.worker());
    if (worker != null
        && worker.hold().filter(hold -> hold.task().equals(over.task())).isPresent()) {
      release(worker, over.attempt() > 0, now);
      freeIfIdle(worker);
    }
  }

  /** Forgets who has been silent for too long, and proposes again what came to nothing. */
  public void expire(long nowNanos) {
    Iterator<KnownWorker> longestSilent = workers.values().iterator();
    while (longestSilent.hasNext()) {
      KnownWorker worker = longestSilent.next();
      if (nowNanos - worker.seenNanos() < config.heartbeatTimeout().toNanos()) {
        break;
      }
      longestSilent.remove();
      free.remove(worker);
      ended.remove(worker.id());
      release(worker, false, nowNanos);
    }
    for (OfferReplica replica : replicas.values()) {
      if (nowNanos - replica.heardNanos() >= config.offerTimeout().toNanos()) {
        replica.clear(listener);
      }
    }
    share.forgetIdle();
    while (!unanswered.isEmpty() && nowNanos - unanswered.peekFirst().untilNanos() >= 0) {
      giveUp(unanswered.removeFirst(), nowNanos);
    }
  }

  private void giveUp(Proposed late, long now) {
    if (proposals.remove(late.task(), late)) {
      Optional.ofNullable(tasks.get(late.task())).ifPresent(share::add);
    }
    KnownWorker worker = workers.get(late.worker());
    if (worker != null
        && worker
            .hold()
            .filter(hold -> hold.proposed() && hold.task().equals(late.task()))
            .isPresent()) {
      release(worker, false, now);
      freeIfIdle(worker);
    }
  }

  /**
   * Proposes tasks to free workers until either run out.
   *
   * @return how many it proposed
   */
  public int match(long nowNanos) {
    int proposed = 0;
    List<WaitingTask> heldBack = new ArrayList<>();
    while (!free.isEmpty()) {
      Optional<WaitingTask> next = share.next(free.mostMemoryBytes());
      if (next.isEmpty()) {
        break;
      }
      WaitingTask task = next.get();
      Optional<KnownWorker> worker = free.best(task.offer(), barred(task.offer()));
      if (worker.isPresent()) {
        propose(task, worker.get(), nowNanos);
        proposed++;
      } else {
        share.remove(task);
        heldBack.add(task);
      }
    }
    heldBack.forEach(share::add);
    return proposed;
  }

  /**
   * Workers whose memory did not suffice for the task, as long as there is another one, busy or
   * not, that may suffice. With none left all are tried again, until the attempts are used up.
   */
  private Set<WorkerId> barred(Offer offer) {
    Set<WorkerId> exhausted = offer.exhaustedWorkers();
    return exhausted.isEmpty() || workers.values().stream().anyMatch(worker -> worker.suits(offer))
        ? exhausted
        : Set.of();
  }

  private void propose(WaitingTask task, KnownWorker worker, long now) {
    double seconds = expected.seconds(task.offer().kind());
    share.grant(task, seconds);
    free.remove(worker);
    worker.hold(
        Optional.of(
            new Hold(task.task(), Optional.of(task.offer().kind()), true, now, now, seconds)));
    Proposed proposal =
        new Proposed(task.task(), worker.id(), now + config.proposalTimeout().toNanos());
    proposals.put(task.task(), proposal);
    unanswered.addLast(proposal);
    owners.tell(
        task.partition(), new OwnerMessage.Proposal(task.task(), worker.id(), worker.ref()));
  }

  /**
   * What is to be shown; bounded, however many workers and tasks there are.
   *
   * @param listening true while nothing is proposed yet
   */
  public FleetRecord snapshot(long epoch, Instant at, long nowNanos, boolean listening) {
    return new FleetSnapshot(
            workers.values(),
            tasks,
            proposals.values(),
            share,
            expected,
            tenantTime,
            contested.now(nowNanos),
            listening)
        .at(epoch, at, nowNanos);
  }

  /** How many tasks wait, those included that were proposed. */
  public int waiting() {
    return tasks.size();
  }

  /** Keeps what the replicas tell of. */
  private final class WaitingTasks implements OfferReplica.Listener {
    @Override
    public void offered(int partition, Offer offer) {
      withdrawn(offer.task());
      WaitingTask task = WaitingTask.of(offer, partition, config.ageing().toMillis());
      tasks.put(offer.task(), task);
      share.add(task);
    }

    @Override
    public void withdrawn(TaskRef ref) {
      proposals.remove(ref);
      Optional.ofNullable(tasks.remove(ref)).ifPresent(share::remove);
    }
  }
}
