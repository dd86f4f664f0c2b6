package dev.voxelmill.gpu.worker;

import dev.voxelmill.gpu.task.MemoryBudget;
import dev.voxelmill.gpu.task.Remedy;
import dev.voxelmill.gpu.task.SnapshotPhase;
import dev.voxelmill.gpu.task.TaskOpener;
import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.TaskOutput;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * The only actor that touches the device; it runs on a dispatcher of one {@code DeviceThread}.
 *
 * <p>Tasks advance by one {@link Turn} message at a time, which the actor sends to itself. Whatever
 * else arrives is therefore seen between two steps, and the mailbox is the flag that ends an
 * attempt. What happens at each is with the parts: {@link Opening}, {@link Stepping}, {@link
 * Saving} and {@link Trouble}.
 *
 * <p>A strict device holds one attempt. One that batches holds several, which take turns; steps
 * that can be one call of a network are, see {@link dev.voxelmill.gpu.task.JointTask}.
 *
 * <p>A failure for which the task has a {@link Remedy} puts it back to its last checkpoint, once,
 * and changes how it goes on. Any other is told and frees the device; a fatal error ends this actor
 * and, since {@link Worker} watches it, the process, because a broken native library is not
 * repaired by a restart in the same process.
 */
final class Device extends AbstractBehavior<Device.Command> {
  /** What the protocol actor tells the device, and what the device tells itself. */
  sealed interface Command {}

  /** Run this attempt; there is room for it, the protocol actor that asks sees to that. */
  record Begin(Assignment assignment, ActorRef<DeviceEvent> replyTo) implements Command {}

  /** End the attempt and keep nothing. */
  record Halt(AttemptRef attempt) implements Command {}

  /** Checkpoint the attempt and give it back. */
  record Release(AttemptRef attempt) implements Command {}

  /** Complete the attempt with what there is; one that has made nothing yet fails. */
  record Finish(AttemptRef attempt) implements Command {}

  /** The owner has put a checkpoint of the attempt into the job's record. */
  record Confirm(AttemptRef attempt, CheckpointManifest manifest) implements Command {}

  /** Inputs and state of the attempt are read. */
  record Loaded(AttemptRef attempt, LoadedTask task) implements Command {}

  /** Somebody waits for a step. */
  enum Turn implements Command {
    NEXT
  }

  /** A snapshot is durable. */
  record SnapshotStored(AttemptRef attempt, CheckpointManifest manifest) implements Command {}

  /** A snapshot could not be written. */
  record SnapshotLost(AttemptRef attempt, Throwable cause) implements Command {}

  /** A preview is stored, or lost. */
  record PreviewStored(AttemptRef attempt, long step, Optional<BlobRef> picture)
      implements Command {}

  /** The result is stored. */
  record ResultStored(AttemptRef attempt, TaskOutput output) implements Command {}

  /** Bytes that the attempt cannot do without were not read or not written. */
  record Broken(AttemptRef attempt, JobFailure failure) implements Command {}

  private final DeviceSettings settings;
  private final Resources resources;
  private final DeviceContext device;
  private final Opening opening;
  private final Trouble trouble;
  private final Saving saving;
  private final Stepping stepping;

  private Device(ActorContext<Command> context, DeviceSettings settings, Resources resources) {
    super(context);
    this.settings = settings;
    this.resources = resources;
    device = new DeviceContext(context);
    opening = new Opening(device, resources.opener().get());
    trouble = new Trouble(device, opening, resources.watchdog());
    saving = new Saving(device, settings, opening, trouble);
    stepping = new Stepping(device, saving, trouble, resources.memory());
  }

  /**
   * What the device works with.
   *
   * @param opener asked once, on the device thread, so that it may load models
   * @param memory asked before every step
   * @param watchdog told what the device thread does
   */
  record Resources(
      Supplier<TaskOpener> opener,
      Archive archive,
      LongSupplier nanoTime,
      MemoryBudget memory,
      StepWatchdog watchdog) {}

  static Behavior<Command> create(DeviceSettings settings, Resources resources) {
    return Behaviors.setup(context -> new Device(context, settings, resources));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onAnyMessage(this::onCommand)
        .onSignal(
            PostStop.class,
            stopped -> {
              device.free();
              return this;
            })
        .build();
  }

  /** A word about an attempt that no longer holds the device is late. */
  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case Begin begin -> onBegin(begin);
      case Halt halt ->
          with(halt.attempt(), now -> device.end(now, new DeviceEvent.Halted(now.attempt)));
      case Release release -> with(release.attempt(), this::onRelease);
      case Finish finish -> with(finish.attempt(), this::onFinish);
      case Confirm confirm -> with(confirm.attempt(), now -> onConfirm(now, confirm.manifest()));
      case Loaded loaded -> with(loaded.attempt(), now -> onLoaded(now, loaded.task()));
      case Turn turn -> stepping.step(device.nextTurn());
      case SnapshotStored stored ->
          with(stored.attempt(), now -> saving.onSnapshotStored(now, stored.manifest()));
      case SnapshotLost lost ->
          with(lost.attempt(), now -> saving.onSnapshotLost(now, lost.cause()));
      case PreviewStored stored ->
          with(stored.attempt(), now -> saving.onPreviewStored(now, stored));
      case ResultStored stored ->
          with(stored.attempt(), now -> saving.onResultStored(now, stored.output()));
      case Broken broken ->
          with(
              broken.attempt(),
              now -> device.end(now, new DeviceEvent.Failed(now.attempt, broken.failure())));
    }
    return this;
  }

  private void with(AttemptRef attempt, Consumer<Occupation> action) {
    device.current(attempt).ifPresent(action);
  }

  /**
   * Only a checkpoint of this class of device is gone on from, unless the request allows others:
   * they end in other bytes.
   */
  private void onBegin(Begin begin) {
    Assignment assignment = begin.assignment();
    Occupation now =
        new Occupation(
            assignment, begin.replyTo(), settings, resources.nanoTime(), resources.archive());
    device.occupy(now);
    opening.read(now, assignment.checkpoints().stream().filter(now::mayGoOnFrom).toList());
  }

  private void onLoaded(Occupation now, LoadedTask loaded) {
    loaded.rejected().forEach(rejected -> opening.reject(now, rejected));
    trouble.guard(
        now,
        () -> {
          if (opening.open(now, loaded)) {
            stepping.start(now);
          }
        });
  }

  private void onRelease(Occupation now) {
    now.releasing = true;
    if (now.task.isEmpty() || (!now.publishing && !now.snapshotInFlight)) {
      saving.release(now);
    }
  }

  /** A task that is still being read finishes as soon as it is opened. */
  private void onFinish(Occupation now) {
    now.finishing = true;
    if (now.task.isPresent() && !now.publishing && !now.releasing) {
      trouble.guard(now, () -> stepping.finish(now));
    }
  }

  private void onConfirm(Occupation now, CheckpointManifest manifest) {
    now.task.ifPresent(task -> task.onSnapshot(SnapshotPhase.CONFIRMED, manifest.nextStep()));
  }
}
