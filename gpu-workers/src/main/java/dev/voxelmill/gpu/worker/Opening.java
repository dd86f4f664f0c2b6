package dev.voxelmill.gpu.worker;

import ai.djl.engine.EngineException;
import dev.voxelmill.gpu.task.MemoryExhaustedException;
import dev.voxelmill.gpu.task.TaskInput;
import dev.voxelmill.gpu.task.TaskOpener;
import dev.voxelmill.gpu.task.UnopenableTaskException;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.JobFailure;
import java.util.List;

/**
 * How a task comes onto the device: its bytes are read elsewhere, then it is opened from the newest
 * checkpoint that is a state of it. One that is not is rejected for the one before.
 */
final class Opening {
  private final DeviceContext device;
  private final TaskOpener opener;

  Opening(DeviceContext device, TaskOpener opener) {
    this.device = device;
    this.opener = opener;
  }

  /**
   * Reads what the attempt begins with; {@link Device.Loaded} follows.
   *
   * @param candidates checkpoints to go on from, newest first
   */
  void read(Occupation now, List<CheckpointManifest> candidates) {
    device.await(
        LoadedTask.load(now.archive, now.assignment, candidates),
        loaded -> new Device.Loaded(now.attempt, loaded),
        failure ->
            new Device.Broken(
                now.attempt,
                new JobFailure(
                    JobFailure.Code.CHECKPOINT_LOST,
                    "inputs of " + now.attempt + " cannot be read: " + failure,
                    true)));
  }

  /**
   * Opens the task, or reads the checkpoint before one that turns out to be no state of it.
   *
   * @return whether the task is open
   */
  boolean open(Occupation now, LoadedTask loaded) {
    TaskInput input = now.treated(loaded);
    try {
      now.opened(opener.open(input, loaded.state().map(LoadedTask.State::payload)));
    } catch (EngineException | MemoryExhaustedException | UnopenableTaskException e) {
      throw e;
    } catch (RuntimeException e) {
      LoadedTask.State state = loaded.state().orElseThrow(() -> e);
      reject(now, new LoadedTask.Rejected(state.manifest(), "no state of the task: " + e));
      read(now, loaded.older());
      return false;
    }
    if (!now.started) {
      now.started = true;
      now.tell(new DeviceEvent.Started(now.attempt));
    }
    now.tell(new DeviceEvent.Progressed(now.attempt, now.progress()));
    return true;
  }

  void reject(Occupation now, LoadedTask.Rejected rejected) {
    device
        .log()
        .warn(
            "checkpoint rejected attempt={} of={} number={}: {}",
            now.attempt,
            rejected.manifest().attempt(),
            rejected.manifest().number(),
            rejected.reason());
    now.tell(
        new DeviceEvent.CheckpointRejected(now.attempt, rejected.manifest(), rejected.reason()));
  }
}
