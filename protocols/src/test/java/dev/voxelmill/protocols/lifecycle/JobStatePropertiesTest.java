package dev.voxelmill.protocols.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerReport;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds after every event of any history, sensible or not. */
class JobStatePropertiesTest {
  /** Distances of a reported attempt from the current one; most reports are current. */
  private static final List<Integer> LAGS = List.of(0, 0, 0, 0, 1, -1);

  @Property(tries = 500)
  void theInvariantsHoldAfterEveryEvent(@ForAll("histories") List<Move> history) {
    Decision first = Jobs.accepted(Map.of("budget.maxSeconds", "60"));
    Watch watch = new Watch();
    watch.check(first.next(), first);
    JobState state = first.next();

    for (Move move : history) {
      Decision decision = state.on(move.against(state), Jobs.NOON.plusSeconds(move.step() * 2L));
      watch.check(state, decision);
      state = decision.next();
    }

    assertEquals(state instanceof JobState.Finished ? 1 : 0, watch.terminal);
    assertEquals(watch.offered, watch.waiting(state), "offered is what waits, and nothing else");
    assertEquals(state.seq(), watch.seq);
  }

  @Provide
  Arbitrary<List<Move>> histories() {
    Arbitrary<Move> move =
        Combinators.combine(
                Arbitraries.integers().between(0, 5),
                Arbitraries.of(Kind.values()),
                Arbitraries.of(Jobs.ONE, Jobs.TWO),
                Arbitraries.of(LAGS),
                Arbitraries.integers().between(0, 40))
            .as(Move::new);
    return move.list().ofMaxSize(120);
  }

  enum Kind {
    GRANT,
    GRANT_READY,
    GRANT_READY_AGAIN,
    STARTED,
    REFUSED,
    RUNNING,
    CHECKPOINTED,
    CHECKPOINT_REJECTED,
    COMPLETED,
    COMPLETED_AGAIN,
    FAILED,
    RELEASED,
    LOST,
    PAUSE,
    RESUME,
    REPRIORITISE,
    CANCEL,
    TIME
  }

  /** One event, made against the state that it meets so that some of it makes sense. */
  record Move(int taskIndex, Kind kind, WorkerId worker, int lag, int step) {
    JobEvent against(JobState state) {
      List<String> names = List.of("encode", "denoise", "tile", "project", "distill", "mesh");
      String task = names.get(taskIndex);
      int attempt = 1;
      WorkerId speaker = worker;
      if (state instanceof JobState.Active active) {
        if (kind.name().startsWith("GRANT_READY") || lag >= 0) {
          task = firstUndone(active);
        }
        TaskState current = active.task(task).orElseThrow();
        attempt = current.attempt() + Math.min(lag, 0);
        speaker = lag > 0 ? worker : current.status().holder().orElse(worker);
      }
      return event(task, attempt, speaker);
    }

    private JobEvent event(String task, int attempt, WorkerId speaker) {
      return switch (kind) {
        case GRANT, GRANT_READY, GRANT_READY_AGAIN -> new JobEvent.Granted(task, worker);
        case PAUSE -> ordered(new JobCommand.Pause());
        case RESUME -> ordered(new JobCommand.Resume());
        case REPRIORITISE -> ordered(new JobCommand.Reprioritise(step % 10));
        case TIME -> new JobEvent.TimePassed();
        // Rare, or few histories would get far.
        case CANCEL -> ordered(step == 7 ? new JobCommand.Cancel() : new JobCommand.Resume());
        case LOST -> new JobEvent.WorkerLost(task, attempt, speaker);
        case STARTED -> reported(task, attempt, speaker, new WorkerReport.Started());
        case REFUSED -> reported(task, attempt, speaker, new WorkerReport.Refused("busy"));
        case RUNNING ->
            reported(
                task,
                attempt,
                speaker,
                new WorkerReport.Running(new WorkerReport.Progress(step, 40, 1, 0, 0)));
        case CHECKPOINTED ->
            reported(
                task,
                attempt,
                speaker,
                new WorkerReport.Checkpointed(Jobs.manifest(task, attempt, step, step)));
        case CHECKPOINT_REJECTED ->
            reported(
                task,
                attempt,
                speaker,
                new WorkerReport.CheckpointRejected(Math.max(1, attempt - 1), step, "crc32c"));
        case COMPLETED, COMPLETED_AGAIN ->
            reported(task, attempt, speaker, Jobs.completed(task, attempt, speaker));
        case FAILED ->
            reported(
                task,
                attempt,
                speaker,
                new WorkerReport.Failed(
                    new JobFailure(JobFailure.Code.DEVICE_ERROR, "device: lost", step > 4)));
        case RELEASED ->
            reported(
                task,
                attempt,
                speaker,
                new WorkerReport.Released(List.of(Jobs.manifest(task, attempt, step, step))));
      };
    }

    /** Few ids, so that some commands are sent twice and some ids are used for two commands. */
    private JobEvent ordered(JobCommand.Order order) {
      return new JobEvent.Ordered(
          new JobCommand("command-" + step % 20, Jobs.request().job(), order));
    }

    private static JobEvent reported(
        String task, int attempt, WorkerId worker, WorkerReport report) {
      return new JobEvent.Reported(task, attempt, worker, report);
    }

    private static String firstUndone(JobState.Active active) {
      return active.tasks().stream()
          .filter(t -> !t.isDone())
          .findFirst()
          .map(TaskState::name)
          .orElseThrow();
    }
  }

  /** Everything that was published and dispatched so far. */
  private static final class Watch {
    private final Map<String, WorkerId> holders = new HashMap<>();
    private final Set<String> offered = new TreeSet<>();
    private long seq;
    private int terminal;

    Set<String> waiting(JobState state) {
      return state instanceof JobState.Active active
          ? active.tasks().stream()
              .filter(active::wants)
              .map(TaskState::name)
              .collect(Collectors.toCollection(TreeSet::new))
          : Set.of();
    }

    void check(JobState before, Decision decision) {
      for (Effect effect : decision.effects()) {
        switch (effect) {
          case Effect.Offer offer -> offered.add(offer.task().task());
          case Effect.Withdraw withdraw -> offered.remove(withdraw.task().task());
          case Effect.Dispatch dispatch -> offered.remove(dispatch.task().task());
          default -> {}
        }
      }
      for (Effect.Publish publish : decision.effects(Effect.Publish.class)) {
        if (publish.event().event() instanceof EventRecord.Answered) {
          assertEquals(seq, publish.event().seq(), "an answer is no transition");
          continue;
        }
        assertEquals(0, terminal, "an event after the terminal one");
        assertEquals(++seq, publish.event().seq(), "gapless");
        if (publish.event().event() instanceof EventRecord.Succeeded
            || publish.event().event() instanceof EventRecord.Failed
            || publish.event().event() instanceof EventRecord.Cancelled) {
          terminal++;
        }
      }
      if (decision.next() instanceof JobState.Active active) {
        boolean held = !active.liveAttempts().isEmpty();
        assertFalse(
            held && active.control().course() instanceof Control.Paused,
            "paused, yet a worker works");
        assertFalse(
            !held && active.control().course() instanceof Control.Pausing, "nobody is waited for");
      }
      for (Effect.Dispatch dispatch : decision.effects(Effect.Dispatch.class)) {
        WorkerId other =
            holders.putIfAbsent(dispatch.task() + "#" + dispatch.attempt(), dispatch.worker());
        assertEquals(null, other, "one attempt was granted twice");
      }
      if (before instanceof JobState.Active was && decision.next() instanceof JobState.Active is) {
        for (int i = 0; i < was.tasks().size(); i++) {
          TaskState then = was.tasks().get(i);
          TaskState now = is.tasks().get(i);
          assertTrue(now.attempt() >= then.attempt(), "attempts never go back");
          assertTrue(!then.isDone() || now.isDone(), "what is done stays done");
          assertTrue(now.checkpoints().size() <= TaskState.CHECKPOINTS_KEPT);
        }
      }
      if (before instanceof JobState.Finished) {
        assertEquals(before, decision.next());
      }
    }
  }
}
