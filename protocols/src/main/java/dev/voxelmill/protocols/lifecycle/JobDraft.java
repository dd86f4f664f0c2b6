package dev.voxelmill.protocols.lifecycle;

import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.CommandOutcome;
import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.topic.AssetRecord;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.worker.TaskOutput;
import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The next state of an active job while one event is worked into it, and the effects so far. An
 * instance lives for one event; {@link TaskTransition} and {@link ControlTransition} say what to
 * change, this class keeps what must hold whatever they say: numbers without a gap, one end, no
 * offer of a job that is held back, a pause that is told when the last worker is gone.
 */
final class JobDraft {
  private final JobState.Active before;
  private final Instant now;
  private final Map<String, TaskState> tasks = new LinkedHashMap<>();
  private final List<Effect> effects = new ArrayList<>();
  private long seq;
  private boolean started;
  private Control control;
  private Optional<JobState.Outcome> outcome = Optional.empty();

  JobDraft(JobState.Active before, Instant now) {
    this.before = before;
    this.now = now;
    this.seq = before.seq();
    this.started = before.started();
    this.control = before.control();
    before.tasks().forEach(task -> tasks.put(task.name(), task));
  }

  Instant now() {
    return now;
  }

  JobRequest request() {
    return before.request();
  }

  List<TaskState> tasks() {
    return List.copyOf(tasks.values());
  }

  Control control() {
    return control;
  }

  void control(Control next) {
    control = next;
  }

  TaskState put(TaskState task) {
    tasks.put(task.name(), task);
    return task;
  }

  TaskRef ref(TaskState task) {
    return new TaskRef(before.job(), task.name());
  }

  void add(Effect effect) {
    effects.add(effect);
  }

  void addAll(List<Effect> more) {
    effects.addAll(more);
  }

  /** A transition, which gets the next number. */
  void publish(EventRecord.Event event) {
    seq++;
    tell(event);
  }

  /** Something that is no transition and repeats the number of the last one. */
  private void tell(EventRecord.Event event) {
    effects.add(new Effect.Publish(new EventRecord(before.job(), seq, now, event)));
  }

  void answer(JobCommand command, CommandOutcome what) {
    Control.Answer answer = Control.Answer.of(command, what);
    control = control.with(answer);
    tell(answer);
  }

  void tell(Control.Answer answer) {
    tell(answer.toEvent());
  }

  void drop(List<CheckpointManifest> checkpoints) {
    if (!checkpoints.isEmpty()) {
      effects.add(new Effect.DropCheckpoints(checkpoints));
    }
  }

  /** A worker that reports anything but a refusal runs the attempt, whatever else it says. */
  TaskState start(TaskState task, WorkerId worker) {
    if (!(task.status() instanceof TaskStatus.Granted)) {
      return task;
    }
    if (!started) {
      started = true;
      publish(new EventRecord.Started(worker.name()));
    }
    return put(task.with(new TaskStatus.Running(worker, now)));
  }

  void makeReady(TaskState task) {
    put(task.with(new TaskStatus.Ready(now)));
    if (control.isGoing()) {
      effects.add(new Effect.Offer(ref(task)));
    }
  }

  /** Tasks whose last input has just become available need a worker now. */
  void wakeReaders() {
    for (TaskState task : tasks()) {
      if (task.status() instanceof TaskStatus.Waiting
          && task.spec().inputs().stream().allMatch(input -> tasks.get(input).isDone())) {
        makeReady(task);
      }
    }
  }

  /** An output that every reader has used is not needed again. */
  void dropInputsOf(TaskState task) {
    for (String input : task.spec().inputs()) {
      boolean used =
          tasks.values().stream()
              .filter(reader -> reader.spec().inputs().contains(input))
              .allMatch(TaskState::isDone);
      if (used && tasks.get(input).status() instanceof TaskStatus.Done done) {
        drop(outputOf(done.output()));
      }
    }
  }

  void succeed() {
    AssetRecord asset = Assets.of(before, tasks(), now);
    if (asset.files().isEmpty()) {
      fail(new JobFailure(JobFailure.Code.INTERNAL, "no task of the plan left a file", false));
      return;
    }
    effects.add(new Effect.PublishAsset(asset));
    publish(new EventRecord.Succeeded(asset.files(), asset.budget()));
    outcome = Optional.of(new JobState.Succeeded(asset.files()));
  }

  void fail(JobFailure failure) {
    abandon("the job failed");
    publish(new EventRecord.Failed(failure));
    outcome = Optional.of(new JobState.Failed(failure));
  }

  void cancel(String commandId) {
    abandon("the job was cancelled");
    publish(new EventRecord.Cancelled(commandId));
    outcome = Optional.of(new JobState.Cancelled(commandId));
  }

  /** Stops, withdraws and drops everything that the job has under way or has kept. */
  private void abandon(String why) {
    for (TaskState task : tasks.values()) {
      switch (task.status()) {
        case TaskStatus.Granted granted -> stop(task, granted.worker(), why);
        case TaskStatus.Running running -> stop(task, running.worker(), why);
        case TaskStatus.Ready ready -> effects.add(new Effect.Withdraw(ref(task)));
        case TaskStatus.Waiting waiting -> {}
        case TaskStatus.Done done -> drop(unreadOutputOf(task, done));
      }
      drop(task.checkpoints());
    }
  }

  void stop(TaskState task, WorkerId worker, String why) {
    effects.add(new Effect.TellStop(ref(task), task.attempt(), worker, why));
  }

  private List<CheckpointManifest> unreadOutputOf(TaskState task, TaskStatus.Done done) {
    boolean unread =
        tasks.values().stream()
            .anyMatch(reader -> reader.spec().inputs().contains(task.name()) && !reader.isDone());
    return unread ? outputOf(done.output()) : List.of();
  }

  /** What the event has led to. */
  Decision decided() {
    settlePause();
    JobState next =
        outcome
            .<JobState>map(
                end ->
                    new JobState.Finished(
                        before.job(),
                        before.request().method(),
                        before.bodyHash(),
                        before.acceptedAt(),
                        now,
                        seq,
                        end,
                        control.answers()))
            .orElseGet(
                () ->
                    new JobState.Active(
                        before.request(),
                        before.bodyHash(),
                        before.acceptedAt(),
                        started,
                        seq,
                        tasks(),
                        control));
    return new Decision(next, effects);
  }

  /** A pause is carried out when no worker holds a task, and in vain when the job has ended. */
  private void settlePause() {
    if (!(control.course() instanceof Control.Pausing pausing)) {
      return;
    }
    if (outcome.isPresent()) {
      pausing.commands().forEach(command -> answer(command, CommandOutcome.ALREADY_FINISHED));
    } else if (tasks.values().stream().noneMatch(task -> task.status().holder().isPresent())) {
      control = control.with(new Control.Paused(now));
      publish(new EventRecord.Paused());
      pausing.commands().forEach(command -> answer(command, CommandOutcome.PAUSED));
    }
  }

  static List<CheckpointManifest> outputOf(TaskOutput output) {
    return switch (output) {
      case TaskOutput.Tensors tensors -> List.of(tensors.manifest());
      case TaskOutput.Files files -> List.of();
    };
  }
}
