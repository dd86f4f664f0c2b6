package dev.voxelmill.simulation;

import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.topic.IntakeRecord;
import dev.voxelmill.storage.checkpoint.CheckpointKey;
import dev.voxelmill.storage.log.CommitOutcome;
import dev.voxelmill.storage.log.LogBatch;
import dev.voxelmill.storage.log.LogEntry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The topics of one partition as Kafka keeps them: transactions are all or nothing, opening fences
 * every earlier writer, and an answer can get lost, so that its writer does not know.
 */
final class SimulatedLog {
  private static final Duration PATIENCE = Duration.ofSeconds(8);
  private static final int GROUP = 20;

  private final Timeline timeline;
  private final Brokers brokers;
  private final Sabotage sabotage;
  private final History history;
  private final CheckpointTopic checkpoints;
  private final Map<JobId, JobState> states = new TreeMap<>();
  private final List<IntakeRecord> intake = new ArrayList<>();
  private long nextIntakeOffset;
  private long epoch;
  private Optional<Session> writer = Optional.empty();

  /** Whether the brokers answer at all, and how often an answer is lost. */
  static final class Brokers {
    private boolean away;
    private double lostAnswers;

    void away(boolean now) {
      away = now;
    }

    boolean isAway() {
      return away;
    }

    void loseAnswers(double share) {
      lostAnswers = share;
    }
  }

  SimulatedLog(
      Timeline timeline,
      Brokers brokers,
      Sabotage sabotage,
      History history,
      CheckpointTopic checkpoints) {
    this.timeline = timeline;
    this.brokers = brokers;
    this.sabotage = sabotage;
    this.history = history;
    this.checkpoints = checkpoints;
  }

  /** Appends to the intake, as the intake stream's transaction does. */
  void append(IntakeRecord record) {
    intake.add(record);
  }

  List<IntakeRecord> intake() {
    return intake;
  }

  /** The durable state of every job. */
  Map<JobId, JobState> states() {
    return states;
  }

  /** What a new owner learns. */
  record Replay(Session session, Collection<JobState> states, long nextIntakeOffset) {}

  /** Fences, then reads; {@code opened} hears nothing when the brokers are away. */
  void open(Host host, Consumer<Optional<Replay>> opened) {
    host.after(
        timeline.between(5, 60),
        () -> {
          if (brokers.isAway()) {
            host.after(PATIENCE, () -> opened.accept(Optional.empty()));
            return;
          }
          writer.ifPresent(Session::settle);
          Session session = new Session(host, ++epoch);
          writer = Optional.of(session);
          host.after(
              timeline.between(1, 100),
              () ->
                  opened.accept(
                      Optional.of(
                          new Replay(session, List.copyOf(states.values()), nextIntakeOffset))));
        });
  }

  /** A transactional producer in the hands of one owner. */
  final class Session {
    private final Host host;
    private final long mine;
    private final Deque<Waiting> waiting = new ArrayDeque<>();

    /** What the brokers hold and have neither committed nor aborted. */
    private Optional<Transaction> transaction = Optional.empty();

    private Optional<CommitOutcome> end = Optional.empty();
    private boolean busy;

    private record Waiting(LogBatch batch, Consumer<CommitOutcome> outcome) {}

    /** Batches that are committed together; two of them are never the same. */
    private static final class Transaction {
      private final List<Waiting> batches = new ArrayList<>();
    }

    Session(Host host, long mine) {
      this.host = host;
      this.mine = mine;
    }

    void commit(LogBatch batch, Consumer<CommitOutcome> outcome) {
      if (end.isPresent()) {
        CommitOutcome over = end.get();
        host.after(Duration.ZERO, () -> outcome.accept(over));
        return;
      }
      waiting.add(new Waiting(batch, outcome));
      begin();
    }

    private void begin() {
      if (busy || waiting.isEmpty()) {
        return;
      }
      Transaction group = new Transaction();
      while (!waiting.isEmpty() && group.batches.size() < GROUP) {
        group.batches.add(waiting.remove());
      }
      busy = true;
      transaction = Optional.of(group);
      if (brokers.isAway()) {
        // It may reach them once they are back, long after its writer has given up.
        if (timeline.chance(0.3)) {
          timeline.after(timeline.between(0, 20_000), () -> reach(group));
        }
        host.after(PATIENCE, () -> answer(group, unavailable()));
        return;
      }
      timeline.after(timeline.between(1, 12), () -> answerLater(group, reach(group)));
    }

    private void answerLater(Transaction group, CommitOutcome outcome) {
      if (timeline.chance(brokers.lostAnswers)) {
        host.after(PATIENCE, () -> answer(group, unavailable()));
      } else {
        host.after(timeline.between(0.2, 4), () -> answer(group, outcome));
      }
    }

    /** The transaction's end reaches the brokers. */
    private CommitOutcome reach(Transaction group) {
      boolean open = transaction.filter(held -> held == group).isPresent();
      if (!open || (mine != epoch && sabotage != Sabotage.NO_FENCING)) {
        return new CommitOutcome.Fenced();
      }
      apply(group);
      return new CommitOutcome.Committed();
    }

    /** Whoever fences meets a transaction whose end has arrived already, or aborts it. */
    private void settle() {
      if (sabotage != Sabotage.NO_FENCING) {
        transaction.filter(group -> timeline.chance(0.5)).ifPresent(this::apply);
        transaction = Optional.empty();
      }
    }

    private void apply(Transaction group) {
      transaction = Optional.empty();
      for (Waiting each : group.batches) {
        each.batch().entries().forEach(SimulatedLog.this::apply);
        each.batch().nextIntakeOffset().ifPresent(offset -> nextIntakeOffset = offset);
      }
    }

    private void answer(Transaction group, CommitOutcome outcome) {
      busy = false;
      if (outcome instanceof CommitOutcome.Committed) {
        group.batches.forEach(each -> each.outcome().accept(outcome));
        begin();
      } else {
        end = Optional.of(outcome);
        group.batches.forEach(each -> each.outcome().accept(outcome));
        waiting.forEach(each -> each.outcome().accept(outcome));
        waiting.clear();
      }
    }

    private static CommitOutcome unavailable() {
      return new CommitOutcome.Unavailable(new IllegalStateException("no answer"));
    }
  }

  private void apply(LogEntry entry) {
    switch (entry) {
      case LogEntry.Remember remember -> {
        history.remembered(
            Optional.ofNullable(states.get(remember.state().job())), remember.state());
        states.put(remember.state().job(), remember.state());
      }
      case LogEntry.Forget forget -> {
        history.forgotten(forget.job());
        states.remove(forget.job());
      }
      case LogEntry.Erase erase -> erase(CheckpointKey.ofChunk(erase.key()));
      case LogEntry.Publish publish -> history.announced().published(publish.event());
      case LogEntry.PublishAsset publish -> history.announced().delivered(publish.asset());
      case LogEntry.Bury bury -> {}
    }
  }

  private void erase(CheckpointKey orphan) {
    if (sabotage == Sabotage.ORPHANS_ERASED_OUTSIDE_TRANSACTIONS) {
      timeline.after(timeline.between(0, 20_000), () -> checkpoints.delete(List.of(orphan)));
    } else {
      checkpoints.delete(List.of(orphan));
    }
  }

  /** Moves the intake's offset alone, which only a sabotaged owner does. */
  void skipIntake(long offset) {
    nextIntakeOffset = Math.max(nextIntakeOffset, offset);
  }
}
