package dev.voxelmill.protocols.lifecycle;

import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.plan.Plans;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerReport;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What follows from something that happened to one task of an active job. */
final class TaskTransition {
  private final JobDraft draft;
  private final TaskState task;

  private TaskTransition(JobDraft draft, TaskState task) {
    this.draft = draft;
    this.task = task;
  }

  static void on(JobDraft draft, TaskState task, JobEvent.OfTask event) {
    TaskTransition step = new TaskTransition(draft, task);
    switch (event) {
      case JobEvent.Granted granted -> step.onGranted(granted);
      case JobEvent.Reported reported -> step.onReported(reported);
      case JobEvent.WorkerLost lost -> step.onWorkerLost(lost);
    }
  }

  /** What a worker hears that speaks about an attempt which is not, or no longer, alive. */
  static List<Effect> stale(JobId job, JobEvent.Reported reported, String why) {
    return List.of(
        new Effect.Ignored(why),
        new Effect.Acknowledge(),
        new Effect.TellStop(
            new TaskRef(job, reported.task()), reported.attempt(), reported.worker(), why));
  }

  private void onGranted(JobEvent.Granted granted) {
    if (!(task.status() instanceof TaskStatus.Ready) || !draft.control().isGoing()) {
      draft.add(new Effect.Ignored("the task needs no worker"));
      return;
    }
    int attempt = task.attempt() + 1;
    draft.put(task.grantedAs(attempt, new TaskStatus.Granted(granted.worker(), draft.now())));
    draft.add(new Effect.Dispatch(draft.ref(task), attempt, granted.worker()));
  }

  private void onReported(JobEvent.Reported reported) {
    boolean current = reported.attempt() == task.attempt();
    if (current && task.isDone()) {
      draft.add(new Effect.Ignored("the task is done"));
      draft.add(new Effect.Acknowledge());
    } else if (current && task.status().holder().equals(Optional.of(reported.worker()))) {
      onLiveReport(reported);
    } else {
      String why = "attempt " + task.attempt() + " is current";
      draft.addAll(stale(draft.ref(task).job(), reported, why));
    }
  }

  private void onLiveReport(JobEvent.Reported reported) {
    switch (reported.report()) {
      case WorkerReport.Refused refused -> onRefused(refused);
      case WorkerReport.Started report -> {
        goesOn(draft.start(task, reported.worker()), reported.worker());
        draft.add(new Effect.Acknowledge());
      }
      case WorkerReport.Running report ->
          goesOn(draft.start(task, reported.worker()), reported.worker());
      case WorkerReport.Previewed report ->
          goesOn(draft.start(task, reported.worker()), reported.worker());
      case WorkerReport.Checkpointed report -> {
        goesOn(
            checkpoint(draft.start(task, reported.worker()), report.manifest()), reported.worker());
        draft.add(new Effect.Acknowledge());
      }
      case WorkerReport.CheckpointRejected report -> {
        goesOn(reject(draft.start(task, reported.worker()), report), reported.worker());
        draft.add(new Effect.Acknowledge());
      }
      case WorkerReport.Completed report -> {
        complete(draft.start(task, reported.worker()), report);
        draft.add(new Effect.Acknowledge());
      }
      case WorkerReport.Failed report -> {
        onFailed(draft.start(task, reported.worker()), reported.worker(), report.failure());
        draft.add(new Effect.Acknowledge());
      }
      case WorkerReport.Released report -> {
        TaskState kept = task;
        for (CheckpointManifest manifest : report.checkpoints()) {
          kept = checkpoint(kept, manifest);
        }
        draft.makeReady(kept);
        draft.add(new Effect.Acknowledge());
      }
    }
  }

  /** A worker that goes on although it should not is told again whenever it speaks. */
  private void goesOn(TaskState running, WorkerId worker) {
    if (draft.control().course() instanceof Control.Pausing) {
      draft.add(new Effect.TellRelease(draft.ref(running), running.attempt(), worker));
    } else if (draft.control().term() instanceof Control.Over
        && Plans.isAnytime(running.spec(), draft.request())) {
      draft.add(new Effect.TellFinish(draft.ref(running), running.attempt(), worker));
    }
  }

  private void onRefused(WorkerReport.Refused refused) {
    if (task.status() instanceof TaskStatus.Granted) {
      draft.makeReady(task);
    } else {
      draft.add(new Effect.Ignored("refused although it runs: " + refused.reason()));
    }
  }

  private void onWorkerLost(JobEvent.WorkerLost lost) {
    boolean alive =
        lost.attempt() == task.attempt()
            && task.status().holder().equals(Optional.of(lost.worker()));
    if (!alive) {
      draft.add(new Effect.Ignored("the attempt had ended before"));
    } else if (task.status() instanceof TaskStatus.Granted || task.progressed()) {
      draft.makeReady(task);
    } else {
      List<WorkerId> workers =
          Stream.concat(task.lostWorkers().stream(), Stream.of(lost.worker())).toList();
      if (workers.size() < JobState.MAX_LOST) {
        draft.makeReady(task.lost(workers));
      } else {
        draft.fail(
            new JobFailure(
                JobFailure.Code.WORKER_CRASHED,
                "%s: %d workers in a row were lost while they ran it without progress: %s"
                    .formatted(task.name(), workers.size(), names(workers)),
                false));
      }
    }
  }

  /** Keeps a manifest if it is newer than those that are kept, and drops the oldest. */
  private TaskState checkpoint(TaskState running, CheckpointManifest manifest) {
    List<CheckpointManifest> kept = running.checkpoints();
    if (kept.contains(manifest)) {
      return running; // sent again because the acknowledgement was lost
    }
    if (!kept.isEmpty() && manifest.nextStep() <= kept.getFirst().nextStep()) {
      draft.drop(List.of(manifest));
      return running;
    }
    List<CheckpointManifest> newest =
        Stream.concat(Stream.of(manifest), kept.stream())
            .limit(TaskState.CHECKPOINTS_KEPT)
            .toList();
    draft.publish(
        new EventRecord.Checkpointed(
            running.name(), manifest.attempt(), manifest.number(), manifest.nextStep()));
    draft.drop(kept.stream().filter(old -> !newest.contains(old)).toList());
    return draft.put(running.with(newest));
  }

  /** A checkpoint that cannot be read makes room, so that one of an earlier step may be kept. */
  private TaskState reject(TaskState running, WorkerReport.CheckpointRejected report) {
    List<CheckpointManifest> rejected =
        running.checkpoints().stream()
            .filter(kept -> kept.attempt() == report.attempt() && kept.number() == report.number())
            .toList();
    if (rejected.isEmpty()) {
      return running; // told again because the acknowledgement was lost
    }
    draft.publish(
        new EventRecord.CheckpointRejected(
            running.name(), report.attempt(), report.number(), report.reason()));
    draft.drop(rejected);
    return draft.put(running.without(rejected));
  }

  private void complete(TaskState running, WorkerReport.Completed report) {
    draft.publish(
        new EventRecord.StageCompleted(
            running.name(),
            running.attempt(),
            report.cost().worker().name(),
            report.cost().wallSeconds()));
    draft.drop(
        running.checkpoints().stream()
            .filter(manifest -> !JobDraft.outputOf(report.output()).contains(manifest))
            .toList());
    draft.put(running.with(List.of()).with(new TaskStatus.Done(report.output(), report.cost())));
    draft.dropInputsOf(running);
    if (draft.tasks().stream().allMatch(TaskState::isDone)) {
      draft.succeed();
    } else {
      draft.wakeReaders();
    }
  }

  private void onFailed(TaskState running, WorkerId worker, JobFailure failure) {
    TaskState charged = running.progressed() ? running : running.chargedOnceMore();
    TaskState judged =
        failure.code() == JobFailure.Code.DEVICE_OOM ? charged.exhausted(worker) : charged;
    boolean timeIsUp = failure.code() == JobFailure.Code.DEADLINE_EXCEEDED;
    if (timeIsUp || !failure.retryable() || judged.charged() >= JobState.MAX_CHARGED) {
      draft.fail(failure);
    } else {
      draft.makeReady(judged);
    }
  }

  private static String names(List<WorkerId> workers) {
    return workers.stream().map(WorkerId::name).collect(Collectors.joining(", "));
  }
}
