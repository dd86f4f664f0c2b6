package dev.voxelmill.simulation;

import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.lifecycle.TaskState;
import dev.voxelmill.protocols.lifecycle.TaskStatus;
import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.OwnerMessage;
import dev.voxelmill.protocols.worker.TaskOutput;
import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerCommand;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerReport;
import dev.voxelmill.storage.checkpoint.CheckpointKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What became durable, in the order in which a reader of committed records sees it, and the
 * invariants of the expectations (section 3) that it must keep at every moment.
 */
final class History {
  private final Announcements announced;
  private final Map<Attempt, WorkerId> granted = new HashMap<>();
  private final Map<JobId, JobState> newest = new HashMap<>();
  private final Map<Said, WorkerReport> reports = new HashMap<>();
  private final Set<Rejected> rejected = new HashSet<>();

  private record Attempt(TaskRef task, int number) {}

  private record Rejected(TaskRef task, CheckpointManifest manifest) {}

  private record Said(WorkerId worker, TaskRef task, int attempt, long number) {}

  History(Timeline timeline) {
    this.announced = new Announcements(timeline);
  }

  /** What clients see of it. */
  Announcements announced() {
    return announced;
  }

  /** A state replaces another. */
  void remembered(Optional<JobState> before, JobState after) {
    newest.put(after.job(), after);
    if (before.orElse(null) instanceof JobState.Finished was
        && !(after instanceof JobState.Finished now && now.outcome().equals(was.outcome()))) {
      throw new Violation("I1, I11 an end is final", was + " became " + after);
    }
    if (after instanceof JobState.Active active) {
      for (TaskState task : active.tasks()) {
        Optional<TaskState> old =
            before
                .filter(JobState.Active.class::isInstance)
                .map(JobState.Active.class::cast)
                .flatMap(state -> state.task(task.name()));
        check(active, old, task);
      }
    }
  }

  private void check(JobState.Active job, Optional<TaskState> before, TaskState task) {
    TaskRef ref = new TaskRef(job.job(), task.name());
    int was = before.map(TaskState::attempt).orElse(0);
    if (task.attempt() < was || task.attempt() > was + 1) {
      throw new Violation("I5 attempts are counted", ref + ": " + was + ", " + task.attempt());
    }
    task.status().holder().ifPresent(worker -> grant(new Attempt(ref, task.attempt()), worker));
    if (task.status() instanceof TaskStatus.Done done
        && before.map(TaskState::status).filter(TaskStatus.Done.class::isInstance).isEmpty()) {
      checkDone(ref, task, done);
    }
    before.ifPresent(old -> checkCheckpoints(ref, old, task));
  }

  private void grant(Attempt attempt, WorkerId worker) {
    WorkerId holder = granted.computeIfAbsent(attempt, first -> worker);
    if (!holder.equals(worker)) {
      throw new Violation(
          "I5 an attempt is granted to one worker", attempt + ": " + holder + ", " + worker);
    }
  }

  private void checkDone(TaskRef ref, TaskState task, TaskStatus.Done done) {
    WorkerId holder = granted.get(new Attempt(ref, task.attempt()));
    if (!done.cost().worker().equals(holder)) {
      throw new Violation(
          "I5 only the live attempt's result counts",
          ref + "#" + task.attempt() + " of " + holder + " was ended by " + done.cost().worker());
    }
    if (done.output() instanceof TaskOutput.Tensors tensors
        && tensors.manifest().attempt() != task.attempt()) {
      throw new Violation(
          "I5 only the live attempt's result counts",
          ref + "#" + task.attempt() + " ended with " + tensors.manifest());
    }
    if (done.output() instanceof TaskOutput.Files files) {
      String sha256 = files.files().getFirst().blob().sha256();
      if (!sha256.equals(Work.of(ref).digestAt(done.cost().steps()))) {
        throw new Violation("I3 the same bytes", ref + " gave " + sha256);
      }
    }
  }

  /** What is durable of a task never shrinks, but for a checkpoint that turned out damaged. */
  private void checkCheckpoints(TaskRef ref, TaskState before, TaskState after) {
    if (!before.checkpoints().isEmpty() && !after.checkpoints().isEmpty()) {
      CheckpointManifest was = before.checkpoints().getFirst();
      long now = after.checkpoints().getFirst().nextStep();
      if (now < was.nextStep() && !rejected.contains(new Rejected(ref, was))) {
        throw new Violation(
            "I4 progress is kept", ref + " fell from " + was.nextStep() + " to " + now);
      }
    }
  }

  /** A worker is told something: it must be durable already. */
  void told(WorkerId worker, WorkerCommand command) {
    switch (command) {
      case WorkerCommand.Run run -> checkRun(worker, run.assignment());
      case WorkerCommand.Acknowledge acknowledge -> checkAcknowledged(worker, acknowledge);
      case WorkerCommand.Stop stop -> {}
      case WorkerCommand.Release release -> {}
      case WorkerCommand.Finish finish -> {}
    }
  }

  private void checkRun(WorkerId worker, Assignment assignment) {
    Attempt attempt = new Attempt(assignment.task(), assignment.attempt());
    WorkerId holder = granted.get(attempt);
    if (!worker.equals(holder)) {
      throw new Violation(
          "state first, then effects", worker + " is to run " + attempt + " of " + holder);
    }
  }

  /** A worker says something that it wants to be durable. */
  void said(OwnerMessage.FromWorker message) {
    if (message.number() > 0) {
      reports.put(
          new Said(message.worker(), message.task(), message.attempt(), message.number()),
          message.report());
    }
  }

  /** What is acknowledged is never told again: it must be durable, or stale. */
  private void checkAcknowledged(WorkerId worker, WorkerCommand.Acknowledge acknowledge) {
    WorkerReport report =
        reports.get(
            new Said(worker, acknowledge.task(), acknowledge.attempt(), acknowledge.report()));
    if (report == null) {
      throw new Violation("an answer is to what was said", worker + " did not say " + acknowledge);
    }
    Optional<TaskState> live =
        live(acknowledge.task(), acknowledge.attempt())
            .filter(task -> task.status().holder().equals(Optional.of(worker)));
    boolean forgotten =
        live.isPresent()
            && switch (report) {
              case WorkerReport.Checkpointed saved ->
                  live.get().checkpoints().stream()
                      .noneMatch(kept -> kept.nextStep() >= saved.manifest().nextStep());
              case WorkerReport.Completed ended -> true;
              case WorkerReport.Failed ended -> true;
              case WorkerReport.Released ended -> true;
              case WorkerReport.Started ignored -> false;
              case WorkerReport.CheckpointRejected ignored -> false;
              case WorkerReport.Running unnumbered -> false;
              case WorkerReport.Previewed unnumbered -> false;
              case WorkerReport.Refused unnumbered -> false;
            };
    if (forgotten) {
      throw new Violation("state first, then effects", acknowledge + " of " + report);
    }
  }

  /** A checkpoint is deleted: no durable state may need it. */
  void deleted(CheckpointKey key) {
    if (newest.get(key.job()) instanceof JobState.Active active) {
      for (TaskState task : active.tasks()) {
        boolean output =
            task.status() instanceof TaskStatus.Done done
                && done.output() instanceof TaskOutput.Tensors tensors
                && names(tensors.manifest(), key)
                && isRead(active, task);
        if (output || task.checkpoints().stream().anyMatch(manifest -> names(manifest, key))) {
          throw new Violation("I3 what is needed is kept", "a state needs " + key);
        }
      }
    }
  }

  private static boolean names(CheckpointManifest manifest, CheckpointKey key) {
    return manifest.task().equals(key.task())
        && manifest.attempt() == key.attempt()
        && manifest.number() == key.number();
  }

  private static boolean isRead(JobState.Active job, TaskState task) {
    return job.tasks().stream()
        .anyMatch(
            reader ->
                reader.spec().inputs().contains(task.name())
                    && !(reader.status() instanceof TaskStatus.Done));
  }

  /** An attempt goes on from that step: never before what is durable of its predecessors. */
  void began(Assignment assignment, long step, List<CheckpointManifest> damaged) {
    damaged.forEach(manifest -> rejected.add(new Rejected(assignment.task(), manifest)));
    live(assignment.task(), assignment.attempt())
        .flatMap(
            task ->
                task.checkpoints().stream()
                    .filter(manifest -> manifest.attempt() < assignment.attempt())
                    .filter(manifest -> !damaged.contains(manifest))
                    .findFirst())
        .filter(manifest -> manifest.nextStep() > step)
        .ifPresent(
            manifest -> {
              throw new Violation(
                  "I4 a task resumes at its last durable checkpoint",
                  assignment.task() + " at " + step + " instead of " + manifest.nextStep());
            });
  }

  /** A checkpoint is gone: an attempt that lives must not miss one. */
  void missed(Assignment assignment, CheckpointManifest manifest) {
    if (live(assignment.task(), assignment.attempt()).isPresent()) {
      throw new Violation("I3 what is needed is kept", assignment.task() + " lacks " + manifest);
    }
  }

  private Optional<TaskState> live(TaskRef task, int attempt) {
    return newest.get(task.job()) instanceof JobState.Active active
        ? active
            .task(task.task())
            .filter(state -> state.attempt() == attempt && state.status().holder().isPresent())
        : Optional.empty();
  }

  /** The report as a sabotaged owner takes it: of the attempt that holds the task now. */
  OwnerMessage.FromWorker asIfCurrent(OwnerMessage.FromWorker report) {
    return newest.get(report.task().job()) instanceof JobState.Active active
        ? active
            .task(report.task().task())
            .filter(task -> task.status().holder().isPresent())
            .map(
                task ->
                    new OwnerMessage.FromWorker(
                        report.task(),
                        task.attempt(),
                        task.status().holder().orElseThrow(),
                        report.number(),
                        report.report(),
                        report.ref()))
            .orElse(report)
        : report;
  }

  /** A job that was never requested is remembered no longer. */
  void forgotten(JobId job) {
    newest.remove(job);
  }

  /** The last durable state of a job, or null. */
  JobState newest(JobId job) {
    return newest.get(job);
  }
}
