package dev.voxelmill.gpu.worker;

import dev.voxelmill.gpu.task.SnapshotPhase;
import dev.voxelmill.gpu.task.TaskResult;
import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.worker.TaskOutput;
import java.util.List;
import java.util.Optional;

/**
 * How what a task computed leaves the device: snapshots, previews and the result. State is copied
 * here and written elsewhere, so the device goes on meanwhile.
 */
final class Saving {
  private final DeviceContext device;
  private final DeviceSettings settings;
  private final Opening opening;
  private final Trouble trouble;

  Saving(DeviceContext device, DeviceSettings settings, Opening opening, Trouble trouble) {
    this.device = device;
    this.settings = settings;
    this.opening = opening;
    this.trouble = trouble;
  }

  /** Takes a snapshot and has it written; none may be in flight. */
  void save(Occupation now) {
    long since = now.clock.now();
    byte[] state = now.running().snapshot();
    Archive.Label label = now.nextSnapshot();
    now.clock.blocked(since);
    now.running().onSnapshot(SnapshotPhase.TAKEN, label.nextStep());
    device.await(
        now.archive.write(label, state),
        (CheckpointManifest manifest) -> new Device.SnapshotStored(now.attempt, manifest),
        failure -> new Device.SnapshotLost(now.attempt, failure));
  }

  /** Gives the attempt back, with its present state if there is one that is not saved yet. */
  void release(Occupation now) {
    if (now.task.isEmpty() || now.isSaved()) {
      release(now, List.of());
    } else {
      trouble.guard(now, () -> save(now));
    }
  }

  private void release(Occupation now, List<CheckpointManifest> checkpoints) {
    device.end(now, new DeviceEvent.Released(now.attempt, checkpoints));
  }

  void onSnapshotStored(Occupation now, CheckpointManifest manifest) {
    now.stored(manifest);
    now.task.ifPresent(task -> task.onSnapshot(SnapshotPhase.STORED, manifest.nextStep()));
    if (now.releasing && !now.publishing && now.isSaved()) {
      now.snapshotInFlight = false;
      release(now, List.of(manifest));
      return;
    }
    now.tell(new DeviceEvent.Checkpointed(now.attempt, manifest));
    snapshotLanded(now);
  }

  void onSnapshotLost(Occupation now, Throwable cause) {
    device.log().warn("snapshot not stored attempt={}", now.attempt, cause);
    if (now.releasing && !now.publishing && now.isSaved()) {
      now.snapshotInFlight = false;
      release(now, List.of());
      return;
    }
    snapshotLanded(now);
  }

  private void snapshotLanded(Occupation now) {
    now.snapshotInFlight = false;
    if (now.publishing) {
      return;
    }
    if (now.task.isEmpty()) {
      opening.read(now, now.checkpoints()); // what was rolled back waited for this snapshot
      return;
    }
    if (now.releasing) {
      release(now);
      return;
    }
    now.waitingSince.ifPresent(
        since -> {
          now.clock.blocked(since);
          now.waitingSince = Optional.empty();
          trouble.guard(
              now,
              () -> {
                save(now);
                device.goOn(now);
              });
        });
  }

  /** Has a picture of the state stored, where there is something to see. */
  void show(Occupation now) {
    Optional<byte[]> picture = now.running().preview();
    if (picture.isEmpty()) {
      return;
    }
    long step = now.running().nextStep();
    now.shown();
    device.await(
        now.archive.write(picture.get()),
        (BlobRef blob) -> new Device.PreviewStored(now.attempt, step, Optional.of(blob)),
        failure -> new Device.PreviewStored(now.attempt, step, Optional.empty()));
  }

  void onPreviewStored(Occupation now, Device.PreviewStored stored) {
    now.previewInFlight = false;
    stored
        .picture()
        .ifPresent(
            picture -> now.tell(new DeviceEvent.Previewed(now.attempt, stored.step(), picture)));
  }

  /** Has the result stored; the task does nothing more. */
  void publish(Occupation now) {
    TaskResult result = now.running().result();
    now.publishing = true;
    device.await(
        ResultStore.store(now.archive, now.resultLabel(), result),
        (TaskOutput output) -> new Device.ResultStored(now.attempt, output),
        failure ->
            new Device.Broken(
                now.attempt,
                new JobFailure(
                    JobFailure.Code.INTERNAL,
                    "result of " + now.attempt + " cannot be stored: " + failure,
                    true)));
  }

  void onResultStored(Occupation now, TaskOutput output) {
    device.end(now, new DeviceEvent.Completed(now.attempt, output, cost(now)));
  }

  private TaskOutput.Cost cost(Occupation now) {
    return new TaskOutput.Cost(
        settings.worker(),
        now.running().nextStep(),
        now.clock.busySeconds(),
        now.clock.blockedSeconds(),
        now.clock.gapSeconds(),
        now.clock.wallSeconds(),
        settings.versions(),
        now.marks());
  }
}
