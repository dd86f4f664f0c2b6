package dev.voxelmill.faults;

import dev.voxelmill.protocols.job.CommandOutcome;
import dev.voxelmill.protocols.job.FileRef;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.lifecycle.TaskState;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.worker.WorkerId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the topics tell about the jobs of a test, and waiting for it. */
final class JobFacts {
  private final Observer observer;

  JobFacts(Observer observer) {
    this.observer = observer;
  }

  /** Events about a job so far. */
  List<EventRecord> events(String id) {
    JobId job = new JobId(JobId.DEFAULT_TENANT, id);
    return observer.events().stream().filter(event -> event.job().equals(job)).toList();
  }

  /** Events of one type about a job so far. */
  <E extends EventRecord.Event> Stream<E> told(String id, Class<E> type) {
    return events(id).stream().map(EventRecord::event).filter(type::isInstance).map(type::cast);
  }

  /** Waits for the job's success. */
  void awaitSuccess(String... ids) {
    for (String id : ids) {
      Eventually.holds(id + " ends", () -> events(id).stream().anyMatch(e -> isEnd(e.event())));
      if (events(id).stream().noneMatch(e -> e.event() instanceof EventRecord.Succeeded)) {
        throw new AssertionError(id + ": " + events(id).getLast());
      }
    }
  }

  /** Waits for the job's failure. */
  JobFailure awaitFailure(String id) {
    return Eventually.present(
        id + " has failed",
        () -> told(id, EventRecord.Failed.class).map(EventRecord.Failed::failure).findFirst());
  }

  /** Waits until a command is answered that {@link FaultCluster#order} has given. */
  CommandOutcome awaitAnswer(String id, String word) {
    return Eventually.present(
        id + ": " + word + " is answered",
        () ->
            told(id, EventRecord.Answered.class)
                .filter(answered -> answered.commandId().equals(word + "-" + id))
                .map(EventRecord.Answered::outcome)
                .findFirst());
  }

  /** True of the last event of a job. */
  static boolean isEnd(EventRecord.Event event) {
    return event instanceof EventRecord.Succeeded
        || event instanceof EventRecord.Failed
        || event instanceof EventRecord.Cancelled;
  }

  /** Waits until a stage of a job has told of at least that step; returns the attempt. */
  int awaitStep(String id, String stage, long step) {
    EventRecord.Progress progress =
        Eventually.present(
            id + "/" + stage + " is at step " + step,
            () ->
                told(id, EventRecord.Progress.class)
                    .filter(p -> p.stage().equals(stage) && p.step() >= step)
                    .findFirst());
    return progress.attempt();
  }

  /** The highest attempt at a stage that has told of progress; 0 if none has. */
  int newestAttempt(String id, String stage) {
    return told(id, EventRecord.Progress.class)
        .filter(p -> p.stage().equals(stage))
        .mapToInt(EventRecord.Progress::attempt)
        .max()
        .orElse(0);
  }

  /** Waits until an attempt at a stage, that one or a later one, has told of progress. */
  void awaitAttempt(String id, String stage, int attempt) {
    Eventually.holds(
        id + "/" + stage + " is at attempt " + attempt, () -> newestAttempt(id, stage) >= attempt);
  }

  /** Waits until a job has told {@code more} than by now, or has ended. */
  void awaitEvents(String id, int more) {
    int wanted = events(id).size() + more;
    Eventually.holds(id + " tells more", () -> hasEnded(id) || events(id).size() >= wanted);
  }

  boolean hasEnded(String id) {
    return events(id).stream().anyMatch(event -> isEnd(event.event()));
  }

  /** Waits until a checkpoint of at least that step is in the job's record. */
  void awaitCheckpoint(String id, String stage, long nextStep) {
    Eventually.holds(
        id + "/" + stage + " is durable at step " + nextStep,
        () ->
            told(id, EventRecord.Checkpointed.class)
                .anyMatch(c -> c.stage().equals(stage) && c.nextStep() >= nextStep));
  }

  /** Hash of every file of a job's asset. */
  Map<String, String> files(String id) {
    return told(id, EventRecord.Succeeded.class)
        .flatMap(event -> event.files().stream())
        .collect(Collectors.toMap(FileRef::name, file -> file.blob().sha256()));
  }

  /** Where a stage went on; on a busy machine that may have taken more than one attempt. */
  long firstStepAfter(String id, String stage, int attempt) {
    return open(id, stage, later -> later > attempt).findFirst().orElseThrow().step();
  }

  /** The last step of an attempt that it has told of. */
  long lastStep(String id, String stage, int attempt) {
    return open(id, stage, same -> same == attempt).toList().getLast().step();
  }

  /** Progress of a stage, but for the first word about an attempt, before its task is open. */
  private Stream<EventRecord.Progress> open(String id, String stage, IntPredicate attempt) {
    return told(id, EventRecord.Progress.class)
        .filter(p -> p.stage().equals(stage) && attempt.test(p.attempt()))
        .filter(p -> p.total() > 0);
  }

  /** The newest step that was durable before the first checkpoint of an attempt. */
  long durableBefore(String id, String stage, int attempt) {
    return told(id, EventRecord.Checkpointed.class)
        .filter(c -> c.stage().equals(stage) && c.attempt() < attempt)
        .mapToLong(EventRecord.Checkpointed::nextStep)
        .max()
        .orElseThrow();
  }

  /**
   * The most that lay between two checkpoints of a stage. What is being written when the log falls
   * silent is durable late, and what is computed meanwhile is durable after it, in one stride: the
   * longest time and the most steps are not of the same two.
   *
   * @param steps from the next step of one to that of the other
   * @param time from when one was known to be durable until the other was
   */
  record Drought(long steps, Duration time) {
    Drought with(EventRecord before, EventRecord after) {
      Duration between = Duration.between(before.time(), after.time());
      return new Drought(
          Math.max(steps, nextStep(after) - nextStep(before)),
          time.compareTo(between) > 0 ? time : between);
    }
  }

  /** How long a stage went without anything durable. */
  Drought drought(String id, String stage) {
    List<EventRecord> checkpoints =
        events(id).stream()
            .filter(e -> e.event() instanceof EventRecord.Checkpointed c && c.stage().equals(stage))
            .toList();
    Drought most = new Drought(0, Duration.ZERO);
    for (int i = 1; i < checkpoints.size(); i++) {
      most = most.with(checkpoints.get(i - 1), checkpoints.get(i));
    }
    return most;
  }

  private static long nextStep(EventRecord checkpoint) {
    return ((EventRecord.Checkpointed) checkpoint.event()).nextStep();
  }

  /** Attempts at all tasks of a job, by the last record before its end. */
  int attempts(String id) {
    return Eventually.present(id + " is known", () -> active(id).reduce((first, second) -> second))
        .tasks()
        .stream()
        .mapToInt(TaskState::attempt)
        .sum();
  }

  /** Every worker that was ever granted a task. */
  Set<WorkerId> holders(String id, String task) {
    return active(id)
        .flatMap(state -> state.task(task).stream())
        .flatMap(state -> state.status().holder().stream())
        .collect(Collectors.toSet());
  }

  /** The tasks of a job that has not ended. */
  Stream<TaskState> tasks(String id) {
    JobId job = new JobId(JobId.DEFAULT_TENANT, id);
    return observer.states().stream()
        .filter(state -> state.job().equals(job))
        .reduce((first, second) -> second)
        .filter(JobState.Active.class::isInstance)
        .stream()
        .flatMap(state -> ((JobState.Active) state).tasks().stream());
  }

  private Stream<JobState.Active> active(String id) {
    JobId job = new JobId(JobId.DEFAULT_TENANT, id);
    return observer.states().stream()
        .filter(state -> state.job().equals(job))
        .filter(JobState.Active.class::isInstance)
        .map(JobState.Active.class::cast);
  }
}
