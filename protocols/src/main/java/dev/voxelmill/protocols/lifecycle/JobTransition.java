package dev.voxelmill.protocols.lifecycle;

import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.plan.Plan;
import dev.voxelmill.protocols.topic.AssetRecord;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.worker.TaskOutput;
import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One step of {@link JobState}'s machine: it starts from a state, collects changes and effects, and
 * ends in a {@link Decision}. An instance lives for one event.
 */
final class JobTransition {
  private final JobState.Active before;
  private final Instant now;
  private final Map<String, TaskState> tasks = new LinkedHashMap<>();
  private final List<Effect> effects = new ArrayList<>();
  private long seq;
  private boolean started;
  private Optional<JobState.Outcome> outcome = Optional.empty();

  private JobTransition(JobState.Active before, Instant now) {
    this.before = before;
    this.now = now;
    this.seq = before.seq();
    this.started = before.started();
    before.tasks().forEach(task -> tasks.put(task.name(), task));
  }

  static Decision accepted(JobRequest request, String bodyHash, Plan plan, Instant now) {
    List<TaskState> waiting =
        plan.tasks().stream()
            .map(spec -> TaskState.initial(spec, new TaskStatus.Waiting()))
            .toList();
    JobTransition first =
        new JobTransition(new JobState.Active(request, bodyHash, now, false, 0, waiting), now);
    first.publish(new EventRecord.Accepted(request.method(), bodyHash));
    first.wakeReaders();
    return first.decided();
  }

  static Decision of(JobState.Active state, JobEvent event, Instant now) {
    Optional<TaskState> task = state.task(event.task());
    if (task.isEmpty()) {
      return new Decision(
          state, List.of(new Effect.Ignored("the plan has no task " + event.task())));
    }
    JobTransition step = new JobTransition(state, now);
    switch (event) {
      case JobEvent.Granted granted -> step.onGranted(task.get(), granted);
      case JobEvent.Reported reported -> step.onReported(task.get(), reported);
      case JobEvent.WorkerLost lost -> step.onWorkerLost(task.get(), lost);
    }
    return step.decided();
  }

  /** What a worker hears that speaks about an attempt which is not, or no longer, alive. */
  static List<Effect> stale(JobId job, JobEvent.Reported reported, String why) {
    return List.of(
        new Effect.Ignored(why),
        new Effect.Acknowledge(),
        new Effect.TellStop(
            new TaskRef(job, reported.task()), reported.attempt(), reported.worker(), why));
  }

  private void onGranted(TaskState task, JobEvent.Granted granted) {
    if (!(task.status() instanceof TaskStatus.Ready)) {
      effects.add(new Effect.Ignored("the task needs no worker"));
      return;
    }
    int attempt = task.attempt() + 1;
    put(task.grantedAs(attempt, new TaskStatus.Granted(granted.worker(), now)));
    effects.add(new Effect.Dispatch(ref(task), attempt, granted.worker()));
  }

  private void onReported(TaskState task, JobEvent.Reported reported) {
    boolean current = reported.attempt() == task.attempt();
    if (current && task.isDone()) {
      effects.add(new Effect.Ignored("the task is done"));
      effects.add(new Effect.Acknowledge());
    } else if (current && task.status().holder().equals(Optional.of(reported.worker()))) {
      onLiveReport(task, reported);
    } else {
      effects.addAll(stale(before.job(), reported, "attempt " + task.attempt() + " is current"));
    }
  }

  private void onLiveReport(TaskState task, JobEvent.Reported reported) {
    switch (reported.report()) {
      case WorkerReport.Refused refused -> onRefused(task, refused);
      case WorkerReport.Started report -> {
        start(task, reported.worker());
        effects.add(new Effect.Acknowledge());
      }
      case WorkerReport.Running report -> start(task, reported.worker());
      case WorkerReport.Previewed report -> start(task, reported.worker());
      case WorkerReport.Checkpointed report -> {
        TaskState running = start(task, reported.worker());
        checkpoint(running, report.manifest());
        effects.add(new Effect.Acknowledge());
      }
      case WorkerReport.CheckpointRejected report -> {
        reject(start(task, reported.worker()), report);
        effects.add(new Effect.Acknowledge());
      }
      case WorkerReport.Completed report -> {
        TaskState running = start(task, reported.worker());
        complete(running, report);
        effects.add(new Effect.Acknowledge());
      }
      case WorkerReport.Failed report -> {
        TaskState running = start(task, reported.worker());
        onFailed(running, report.failure());
        effects.add(new Effect.Acknowledge());
      }
      case WorkerReport.Released report -> {
        TaskState kept = task;
        for (CheckpointManifest manifest : report.checkpoints()) {
          kept = checkpoint(kept, manifest);
        }
        makeReady(kept);
        effects.add(new Effect.Acknowledge());
      }
    }
  }

  private void onRefused(TaskState task, WorkerReport.Refused refused) {
    if (task.status() instanceof TaskStatus.Granted) {
      makeReady(task);
    } else {
      effects.add(new Effect.Ignored("refused although it runs: " + refused.reason()));
    }
  }

  private void onWorkerLost(TaskState task, JobEvent.WorkerLost lost) {
    boolean alive =
        lost.attempt() == task.attempt()
            && task.status().holder().equals(Optional.of(lost.worker()));
    if (!alive) {
      effects.add(new Effect.Ignored("the attempt had ended before"));
    } else if (task.status() instanceof TaskStatus.Granted || task.progressed()) {
      makeReady(task);
    } else {
      List<WorkerId> workers =
          Stream.concat(task.lostWorkers().stream(), Stream.of(lost.worker())).toList();
      if (workers.size() < JobState.MAX_LOST) {
        makeReady(task.lost(workers));
      } else {
        fail(
            new JobFailure(
                JobFailure.Code.WORKER_CRASHED,
                "%s: %d workers in a row were lost while they ran it without progress: %s"
                    .formatted(task.name(), workers.size(), names(workers)),
                false));
      }
    }
  }

  /** A worker that reports anything but a refusal runs the attempt, whatever else it says. */
  private TaskState start(TaskState task, WorkerId worker) {
    if (!(task.status() instanceof TaskStatus.Granted)) {
      return task;
    }
    if (!started) {
      started = true;
      publish(new EventRecord.Started(worker.name()));
    }
    return put(task.with(new TaskStatus.Running(worker, now)));
  }

  /** Keeps a manifest if it is newer than those that are kept, and drops the oldest. */
  private TaskState checkpoint(TaskState task, CheckpointManifest manifest) {
    List<CheckpointManifest> kept = task.checkpoints();
    if (kept.contains(manifest)) {
      return task; // sent again because the acknowledgement was lost
    }
    if (!kept.isEmpty() && manifest.nextStep() <= kept.getFirst().nextStep()) {
      effects.add(new Effect.DropCheckpoints(List.of(manifest)));
      return task;
    }
    List<CheckpointManifest> newest =
        Stream.concat(Stream.of(manifest), kept.stream())
            .limit(TaskState.CHECKPOINTS_KEPT)
            .toList();
    publish(
        new EventRecord.Checkpointed(
            task.name(), manifest.attempt(), manifest.number(), manifest.nextStep()));
    drop(kept.stream().filter(old -> !newest.contains(old)).toList());
    return put(task.with(newest));
  }

  /** A checkpoint that cannot be read makes room, so that one of an earlier step may be kept. */
  private void reject(TaskState task, WorkerReport.CheckpointRejected report) {
    List<CheckpointManifest> rejected =
        task.checkpoints().stream()
            .filter(kept -> kept.attempt() == report.attempt() && kept.number() == report.number())
            .toList();
    if (rejected.isEmpty()) {
      return; // told again because the acknowledgement was lost
    }
    publish(
        new EventRecord.CheckpointRejected(
            task.name(), report.attempt(), report.number(), report.reason()));
    drop(rejected);
    put(task.without(rejected));
  }

  private void complete(TaskState task, WorkerReport.Completed report) {
    publish(
        new EventRecord.StageCompleted(
            task.name(),
            task.attempt(),
            report.cost().worker().name(),
            report.cost().wallSeconds()));
    drop(
        task.checkpoints().stream()
            .filter(manifest -> !outputOf(report.output()).contains(manifest))
            .toList());
    put(task.with(List.of()).with(new TaskStatus.Done(report.output(), report.cost())));
    dropInputsOf(task);
    if (tasks.values().stream().allMatch(TaskState::isDone)) {
      succeed();
    } else {
      wakeReaders();
    }
  }

  private void onFailed(TaskState task, JobFailure failure) {
    TaskState judged = task.progressed() ? task : task.chargedOnceMore();
    if (!failure.retryable() || judged.charged() >= JobState.MAX_CHARGED) {
      fail(failure);
    } else {
      makeReady(judged);
    }
  }

  private void makeReady(TaskState task) {
    put(task.with(new TaskStatus.Ready(now)));
    effects.add(new Effect.Offer(ref(task)));
  }

  /** Tasks whose last input has just become available need a worker now. */
  private void wakeReaders() {
    for (TaskState task : List.copyOf(tasks.values())) {
      if (task.status() instanceof TaskStatus.Waiting
          && task.spec().inputs().stream().allMatch(input -> tasks.get(input).isDone())) {
        makeReady(task);
      }
    }
  }

  /** An output that every reader has used is not needed again. */
  private void dropInputsOf(TaskState task) {
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

  private void succeed() {
    AssetRecord asset = Assets.of(before, List.copyOf(tasks.values()), now);
    if (asset.files().isEmpty()) {
      fail(new JobFailure(JobFailure.Code.INTERNAL, "no task of the plan left a file", false));
      return;
    }
    effects.add(new Effect.PublishAsset(asset));
    publish(new EventRecord.Succeeded(asset.files()));
    outcome = Optional.of(new JobState.Succeeded(asset.files()));
  }

  private void fail(JobFailure failure) {
    for (TaskState task : tasks.values()) {
      switch (task.status()) {
        case TaskStatus.Granted granted -> stop(task, granted.worker());
        case TaskStatus.Running running -> stop(task, running.worker());
        case TaskStatus.Ready ready -> effects.add(new Effect.Withdraw(ref(task)));
        case TaskStatus.Waiting waiting -> {}
        case TaskStatus.Done done -> drop(unreadOutputOf(task, done));
      }
      drop(task.checkpoints());
    }
    publish(new EventRecord.Failed(failure));
    outcome = Optional.of(new JobState.Failed(failure));
  }

  private void stop(TaskState task, WorkerId worker) {
    effects.add(new Effect.TellStop(ref(task), task.attempt(), worker, "the job failed"));
  }

  private List<CheckpointManifest> unreadOutputOf(TaskState task, TaskStatus.Done done) {
    boolean unread =
        tasks.values().stream()
            .anyMatch(reader -> reader.spec().inputs().contains(task.name()) && !reader.isDone());
    return unread ? outputOf(done.output()) : List.of();
  }

  private void drop(List<CheckpointManifest> checkpoints) {
    if (!checkpoints.isEmpty()) {
      effects.add(new Effect.DropCheckpoints(checkpoints));
    }
  }

  private void publish(EventRecord.Event event) {
    seq++;
    effects.add(new Effect.Publish(new EventRecord(before.job(), seq, now, event)));
  }

  private TaskState put(TaskState task) {
    tasks.put(task.name(), task);
    return task;
  }

  private TaskRef ref(TaskState task) {
    return new TaskRef(before.job(), task.name());
  }

  private Decision decided() {
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
                        end))
            .orElseGet(
                () ->
                    new JobState.Active(
                        before.request(),
                        before.bodyHash(),
                        before.acceptedAt(),
                        started,
                        seq,
                        List.copyOf(tasks.values())));
    return new Decision(next, effects);
  }

  private static List<CheckpointManifest> outputOf(TaskOutput output) {
    return switch (output) {
      case TaskOutput.Tensors tensors -> List.of(tensors.manifest());
      case TaskOutput.Files files -> List.of();
    };
  }

  private static String names(List<WorkerId> workers) {
    return workers.stream().map(WorkerId::name).collect(Collectors.joining(", "));
  }
}
