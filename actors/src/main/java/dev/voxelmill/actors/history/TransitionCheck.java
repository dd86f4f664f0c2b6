package dev.voxelmill.actors.history;

import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.topic.EventRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** What the events of one job may be, one after another. */
final class TransitionCheck implements HistoryCheck.Check {
  private final boolean whole;
  private final Findings found = new Findings();
  private final Map<JobId, Trail> trails = new TreeMap<>();

  /** What is remembered of a job. */
  private static final class Trail {
    private long seq;
    private int ends;
    private final Map<String, Stage> stages = new HashMap<>();
  }

  /** What is remembered of a task: its newest attempt, and where that one has to begin. */
  private static final class Stage {
    private int attempt;
    private long durable;
    private boolean hasBegun;
  }

  TransitionCheck(boolean whole) {
    this.whole = whole;
  }

  @Override
  public void observe(Observation seen) {
    if (seen instanceof Observation.Published(EventRecord event)) {
      if (EventKinds.isTransition(event.event())) {
        onTransition(event);
      } else if (trails.containsKey(event.job())) {
        onWord(event, trails.get(event.job()));
      }
    }
  }

  private void onTransition(EventRecord event) {
    Trail trail = trails.computeIfAbsent(event.job(), first -> begin(event));
    found.checked(Promise.SEQUENCE);
    if (event.seq() != trail.seq + 1) {
      found.broken(
          Promise.SEQUENCE,
          event.job().key(),
          "%s has number %d after %d".formatted(name(event), event.seq(), trail.seq));
    }
    trail.seq = event.seq();
    if (trail.ends > 0) {
      found.broken(Promise.ONE_END, event.job().key(), name(event) + " after its end");
    }
    if (EventKinds.isTerminal(event.event())) {
      trail.ends++;
      trail.stages.clear();
    }
    switch (event.event()) {
      case EventRecord.Checkpointed now -> onCheckpoint(event.job(), trail, now);
      case EventRecord.StageCompleted done ->
          onAttempt(event.job(), trail, done.stage(), done.attempt());
      case EventRecord.CheckpointRejected damaged ->
          // The one before it is used, and steps are done again.
          trail.stages.computeIfAbsent(damaged.stage(), first -> new Stage()).durable = 0;
      default -> {}
    }
  }

  private Trail begin(EventRecord event) {
    Trail trail = new Trail();
    if (!whole) {
      trail.seq = event.seq() - 1;
    } else if (!(event.event() instanceof EventRecord.Accepted)) {
      found.broken(Promise.SEQUENCE, event.job().key(), "begins with " + name(event));
    }
    found.checked(Promise.ONE_END);
    return trail;
  }

  private void onCheckpoint(JobId job, Trail trail, EventRecord.Checkpointed now) {
    Stage stage = onAttempt(job, trail, now.stage(), now.attempt());
    found.checked(Promise.PROGRESS);
    if (now.nextStep() <= stage.durable) {
      found.broken(
          Promise.PROGRESS,
          job.key(),
          "%s: step %d was durable, then %d".formatted(now.stage(), stage.durable, now.nextStep()));
    }
    stage.durable = now.nextStep();
  }

  /** Progress and previews; they may be lost, but never come from the past. */
  private void onWord(EventRecord event, Trail trail) {
    if (event.event() instanceof EventRecord.Progress progress) {
      found.checked(Promise.PROGRESS);
      if (progress.step() > progress.total()) {
        found.broken(
            Promise.PROGRESS,
            event.job().key(),
            "%s: step %d of %d".formatted(progress.stage(), progress.step(), progress.total()));
      }
      Stage stage = onAttempt(event.job(), trail, progress.stage(), progress.attempt());
      if (!stage.hasBegun) {
        onBeginning(event.job(), stage, progress);
      }
    } else if (event.event() instanceof EventRecord.Preview preview) {
      onAttempt(event.job(), trail, preview.stage(), preview.attempt());
    }
  }

  private void onBeginning(JobId job, Stage stage, EventRecord.Progress first) {
    stage.hasBegun = true;
    if (first.attempt() > 1) {
      found.checked(Promise.RESUME);
      if (first.step() < stage.durable) {
        found.broken(
            Promise.RESUME,
            job.key(),
            "%s: attempt %d is at step %d, durable was %d"
                .formatted(first.stage(), first.attempt(), first.step(), stage.durable));
      }
    }
  }

  private Stage onAttempt(JobId job, Trail trail, String name, int attempt) {
    Stage stage = trail.stages.computeIfAbsent(name, first -> new Stage());
    if (attempt < stage.attempt) {
      found.broken(
          Promise.PROGRESS,
          job.key(),
          "%s: attempt %d after %d".formatted(name, attempt, stage.attempt));
    } else if (attempt > stage.attempt) {
      stage.attempt = attempt;
      stage.hasBegun = false;
    }
    return stage;
  }

  private static String name(EventRecord event) {
    return event.event().getClass().getSimpleName();
  }

  @Override
  public void report(Findings into) {
    into.addAll(found);
    trails.forEach(
        (job, trail) -> {
          if (trail.ends == 0) {
            into.open(Promise.ONE_END, job.key(), "has not ended");
          }
        });
  }
}
