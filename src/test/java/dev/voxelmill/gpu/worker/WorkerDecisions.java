package dev.voxelmill.gpu.worker;

import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.TaskOutput;
import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerCommand;
import dev.voxelmill.protocols.worker.WorkerReport;
import dev.voxelmill.protocols.worker.WorkerStatus;
import java.util.List;

/**
 * A worker's decisions as the simulation uses them: {@link WorkerState} and nothing else, carried
 * out by whoever implements {@link Surroundings}. It lies in this package because what it runs is
 * nobody else's business.
 */
public final class WorkerDecisions {
  private static final int QUARANTINE_AFTER = 5;

  private final Surroundings surroundings;
  private WorkerState state = WorkerState.idle(QUARANTINE_AFTER);

  /** Carries out what a worker decides. */
  public interface Surroundings {
    void begin(Assignment assignment);

    void halt(TaskRef task, int attempt);

    void release(TaskRef task, int attempt);

    void finish(TaskRef task, int attempt);

    void tell(int partition, TaskRef task, int attempt, long number, WorkerReport report);

    void leave();
  }

  public WorkerDecisions(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  public void hear(WorkerCommand command) {
    follow(state.on(command));
  }

  public void drain() {
    follow(state.drain());
  }

  /** The lease's heartbeat, if anything runs. */
  public void heartbeat() {
    state.running().ifPresent(this::perform);
  }

  public void resend() {
    state.resend().forEach(this::perform);
  }

  public boolean isDraining() {
    return state.draining();
  }

  public boolean isQuarantined() {
    return state.health().isQuarantined();
  }

  /** What runs, as heartbeats to placement show it. */
  public List<WorkerStatus.RunningTask> running() {
    return state.active().stream()
        .map(
            active ->
                new WorkerStatus.RunningTask(
                    active.ref().task(), active.ref().attempt(), active.progress()))
        .toList();
  }

  public void started(TaskRef task, int attempt) {
    follow(state.on(new DeviceEvent.Started(new AttemptRef(task, attempt))));
  }

  public void progressed(TaskRef task, int attempt, WorkerReport.Progress progress) {
    follow(state.on(new DeviceEvent.Progressed(new AttemptRef(task, attempt), progress)));
  }

  public void checkpointed(TaskRef task, int attempt, CheckpointManifest manifest) {
    follow(state.on(new DeviceEvent.Checkpointed(new AttemptRef(task, attempt), manifest)));
  }

  public void completed(TaskRef task, int attempt, TaskOutput output, TaskOutput.Cost cost) {
    follow(state.on(new DeviceEvent.Completed(new AttemptRef(task, attempt), output, cost)));
  }

  public void checkpointRejected(
      TaskRef task, int attempt, CheckpointManifest manifest, String reason) {
    follow(
        state.on(
            new DeviceEvent.CheckpointRejected(new AttemptRef(task, attempt), manifest, reason)));
  }

  public void failed(TaskRef task, int attempt, JobFailure failure) {
    follow(state.on(new DeviceEvent.Failed(new AttemptRef(task, attempt), failure)));
  }

  public void halted(TaskRef task, int attempt) {
    follow(state.on(new DeviceEvent.Halted(new AttemptRef(task, attempt))));
  }

  public void released(TaskRef task, int attempt, List<CheckpointManifest> checkpoints) {
    follow(state.on(new DeviceEvent.Released(new AttemptRef(task, attempt), checkpoints)));
  }

  private void follow(WorkerState.Decision decision) {
    state = decision.next();
    decision.effects().forEach(this::perform);
  }

  private void perform(WorkerEffect effect) {
    switch (effect) {
      case WorkerEffect.Begin begin -> surroundings.begin(begin.assignment());
      case WorkerEffect.Halt halt ->
          surroundings.halt(halt.attempt().task(), halt.attempt().attempt());
      case WorkerEffect.Release release ->
          surroundings.release(release.attempt().task(), release.attempt().attempt());
      case WorkerEffect.Finish finish ->
          surroundings.finish(finish.attempt().task(), finish.attempt().attempt());
      case WorkerEffect.Confirm confirm -> {}
      case WorkerEffect.Tell tell ->
          surroundings.tell(
              tell.partition(),
              tell.attempt().task(),
              tell.attempt().attempt(),
              tell.number(),
              tell.report());
      case WorkerEffect.Leave leave -> surroundings.leave();
    }
  }
}
