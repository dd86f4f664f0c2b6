package dev.voxelmill.faults;

import static java.util.stream.Collectors.groupingBy;

import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.FileRef;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.lifecycle.TaskState;
import dev.voxelmill.protocols.topic.AssetRecord;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.topic.IntakeRecord;
import dev.voxelmill.protocols.worker.WorkerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Holds a history against the promises that a client relies on. A pure function: it finds the same
 * violations in a history that was written by hand.
 */
final class HistoryChecker {
  /** A promise. */
  enum Rule {
    /** Every accepted job has exactly one terminal event, and it is its last. */
    ONE_END("one terminal event per accepted job"),
    /** A job's transitions are numbered from 1 without a gap, in the order of the log. */
    SEQUENCE("sequence gapless and monotone"),
    /** An asset is there exactly for a job that succeeded, and every file is what its hash says. */
    ASSET("asset hash = bytes = manifest"),
    /** No attempt was ever granted to two workers. */
    ONE_HOLDER("no two workers granted one attempt"),
    /**
     * A stored state follows from the one before it: nothing is forgotten, no attempt comes back.
     */
    STATE("states only move forward"),
    /** Every submission became a validated request or a dead letter. */
    NOTHING_LOST("every submission answered"),
    /** Durable progress of a stage never goes back, and no earlier attempt adds to it. */
    PROGRESS("checkpoints only advance, none of an attempt that was replaced");

    final String words;

    Rule(String words) {
      this.words = words;
    }
  }

  /** A broken promise and how it shows. */
  record Violation(Rule rule, String subject, String what) {}

  private final History history;
  private final List<Violation> violations = new ArrayList<>();

  private HistoryChecker(History history) {
    this.history = history;
  }

  /** All violations of a history whose jobs have all had the time to end. */
  static List<Violation> violations(History history) {
    HistoryChecker checker = new HistoryChecker(history);
    checker.checkSubmissions();
    checker.checkEvents();
    checker.checkStates();
    checker.checkAssets();
    return List.copyOf(checker.violations);
  }

  private void checkSubmissions() {
    Set<String> answered = new HashSet<>(history.buried());
    history.intake().stream().map(IntakeRecord::source).forEach(answered::add);
    history.requests().stream()
        .filter(source -> !answered.contains(source))
        .forEach(source -> broken(Rule.NOTHING_LOST, source, "neither accepted nor buried"));
  }

  private void checkEvents() {
    Map<JobId, List<EventRecord>> byJob =
        history.events().stream()
            .filter(HistoryChecker::isTransition)
            .collect(
                groupingBy(EventRecord::job, TreeMap::new, java.util.stream.Collectors.toList()));
    byJob.forEach(this::checkTransitions);
    Set<JobId> accepted = new HashSet<>();
    history.intake().stream()
        .filter(IntakeRecord.Submitted.class::isInstance)
        .forEach(record -> accepted.add(record.job()));
    accepted.stream()
        .filter(job -> !byJob.containsKey(job))
        .forEach(
            job -> broken(Rule.ONE_END, job.key(), "forwarded to its home, but never accepted"));
    for (EventRecord event : history.events()) {
      if (event.event() instanceof EventRecord.Progress progress
          && progress.step() > progress.total()) {
        broken(
            Rule.PROGRESS,
            event.job().key(),
            progress.stage() + ": step " + progress.step() + " of " + progress.total());
      }
    }
  }

  private void checkTransitions(JobId job, List<EventRecord> transitions) {
    for (int i = 0; i < transitions.size(); i++) {
      if (transitions.get(i).seq() != i + 1) {
        broken(
            Rule.SEQUENCE,
            job.key(),
            "transition %d has number %d".formatted(i + 1, transitions.get(i).seq()));
      }
    }
    if (!(transitions.getFirst().event() instanceof EventRecord.Accepted)) {
      broken(Rule.SEQUENCE, job.key(), "begins with " + transitions.getFirst().event());
    }
    long ends = transitions.stream().filter(HistoryChecker::isTerminal).count();
    if (ends != 1 || !isTerminal(transitions.getLast())) {
      broken(
          Rule.ONE_END,
          job.key(),
          ends + " terminal events, the last event is " + transitions.getLast().event());
    }
    checkCheckpoints(job, transitions);
  }

  private void checkCheckpoints(JobId job, List<EventRecord> transitions) {
    Map<String, Long> steps = new HashMap<>();
    Map<String, Integer> attempts = new HashMap<>();
    for (EventRecord transition : transitions) {
      if (transition.event() instanceof EventRecord.CheckpointRejected damaged) {
        steps.remove(damaged.stage()); // the one before it is used: steps are done again
      }
      if (transition.event() instanceof EventRecord.Checkpointed now) {
        Long before = steps.put(now.stage(), now.nextStep());
        if (before != null && now.nextStep() <= before) {
          broken(
              Rule.PROGRESS,
              job.key(),
              "%s: step %d was durable, then %d".formatted(now.stage(), before, now.nextStep()));
        }
        int newest = attempts.merge(now.stage(), now.attempt(), Math::max);
        if (now.attempt() < newest) {
          broken(
              Rule.PROGRESS,
              job.key(),
              "%s: attempt %d after %d".formatted(now.stage(), now.attempt(), newest));
        }
      }
    }
  }

  private void checkStates() {
    Map<JobId, JobState> last = new HashMap<>();
    Map<String, WorkerId> holders = new HashMap<>();
    for (JobState state : history.states()) {
      JobState before = last.put(state.job(), state);
      if (before != null) {
        checkStep(before, state);
      }
      if (state instanceof JobState.Active active) {
        active.tasks().forEach(task -> checkHolder(active.job(), task, holders));
      }
    }
    Map<JobId, Long> ends = new HashMap<>();
    history.events().stream()
        .filter(HistoryChecker::isTerminal)
        .forEach(event -> ends.put(event.job(), event.seq()));
    last.values().stream()
        .filter(state -> state instanceof JobState.Active || state instanceof JobState.Finished)
        .filter(state -> !Long.valueOf(state.seq()).equals(ends.get(state.job())))
        .forEach(
            state ->
                broken(
                    Rule.ONE_END,
                    state.job().key(),
                    "stored with number %d, its end has %s"
                        .formatted(state.seq(), ends.get(state.job()))));
  }

  private void checkStep(JobState before, JobState now) {
    String job = now.job().key();
    if (now.seq() < before.seq()) {
      broken(Rule.STATE, job, "number %d after %d".formatted(now.seq(), before.seq()));
    }
    if (before instanceof JobState.Finished ended
        && !(now instanceof JobState.Finished still && still.outcome().equals(ended.outcome()))) {
      broken(Rule.STATE, job, "changed after its end");
    }
    if (before instanceof JobState.Active was && now instanceof JobState.Active is) {
      for (TaskState task : was.tasks()) {
        int next = is.task(task.name()).map(TaskState::attempt).orElse(-1);
        if (next < task.attempt() || next > task.attempt() + 1) {
          broken(
              Rule.STATE,
              job,
              "%s: attempt %d after %d".formatted(task.name(), next, task.attempt()));
        }
      }
    }
  }

  private void checkHolder(JobId job, TaskState task, Map<String, WorkerId> holders) {
    String attempt = job.key() + "/" + task.name() + "#" + task.attempt();
    task.status()
        .holder()
        .ifPresent(
            worker -> {
              WorkerId first = holders.putIfAbsent(attempt, worker);
              if (first != null && !first.equals(worker)) {
                broken(Rule.ONE_HOLDER, attempt, "granted to " + first + " and to " + worker);
              }
            });
  }

  private void checkAssets() {
    Map<JobId, List<AssetRecord>> assets =
        history.assets().stream().collect(groupingBy(AssetRecord::job));
    Map<JobId, List<FileRef>> succeeded = new HashMap<>();
    for (EventRecord event : history.events()) {
      if (event.event() instanceof EventRecord.Succeeded end) {
        succeeded.put(event.job(), end.files());
      }
    }
    Stream.concat(assets.keySet().stream(), succeeded.keySet().stream())
        .distinct()
        .forEach(
            job ->
                checkAsset(
                    job,
                    assets.getOrDefault(job, List.of()),
                    succeeded.getOrDefault(job, List.of())));
  }

  private void checkAsset(JobId job, List<AssetRecord> assets, List<FileRef> told) {
    if (assets.size() != 1) {
      broken(Rule.ASSET, job.key(), assets.size() + " records on assets");
    }
    for (AssetRecord asset : assets) {
      if (!asset.files().equals(told)) {
        broken(Rule.ASSET, job.key(), "the event and the manifest name other files");
      }
      for (FileRef file : asset.files()) {
        BlobRef blob = file.blob();
        History.Content real = history.stored().get(blob.sha256());
        if (!new History.Content(blob.sha256(), blob.size()).equals(real)) {
          broken(Rule.ASSET, job.key(), file.name() + ": " + blob.sha256() + " is " + real);
        }
      }
    }
  }

  /**
   * Progress, previews, answers and refused submissions are no part of a job's numbered history.
   */
  private static boolean isTransition(EventRecord event) {
    return !(event.event() instanceof EventRecord.Progress
        || event.event() instanceof EventRecord.Preview
        || event.event() instanceof EventRecord.Answered
        || event.event() instanceof EventRecord.Rejected);
  }

  private static boolean isTerminal(EventRecord event) {
    return event.event() instanceof EventRecord.Succeeded
        || event.event() instanceof EventRecord.Failed
        || event.event() instanceof EventRecord.Cancelled;
  }

  private void broken(Rule rule, String subject, String what) {
    violations.add(new Violation(rule, subject, what));
  }
}
