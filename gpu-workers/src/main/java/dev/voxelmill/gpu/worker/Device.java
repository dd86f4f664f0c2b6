package dev.voxelmill.gpu.worker;

import ai.djl.engine.EngineException;
import dev.voxelmill.gpu.task.MemoryBudget;
import dev.voxelmill.gpu.task.MemoryExhaustedException;
import dev.voxelmill.gpu.task.Remedy;
import dev.voxelmill.gpu.task.SnapshotPhase;
import dev.voxelmill.gpu.task.StepOutcome;
import dev.voxelmill.gpu.task.TaskInput;
import dev.voxelmill.gpu.task.TaskOpener;
import dev.voxelmill.gpu.task.TaskResult;
import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.TaskOutput;
import java.util.List;
import java.util.Optional;
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
 * <p>A task advances by one {@link Step} message at a time, which the actor sends to itself.
 * Whatever else arrives is therefore seen between two steps, and the mailbox is the flag that ends
 * an attempt. State is copied off the device here and written elsewhere; the next step waits for a
 * write only when the one after it is due and the task is too far beyond its last durable state.
 *
 * <p>A failure for which the task has a {@link Remedy} puts it back to its last checkpoint, once,
 * and changes how it goes on. Any other is told and frees the device; a fatal error ends this actor
 * and, since {@link Worker} watches it, the process, because a broken native library is not
 * repaired by a restart in the same process.
 */
final class Device extends AbstractBehavior<Device.Command> {
  /** What the protocol actor tells the device, and what the device tells itself. */
  sealed interface Command {}

  /** Run this attempt; the device is free, the protocol actor sees to that. */
  record Begin(Assignment assignment) implements Command {}

  /** End the attempt and keep nothing. */
  record Halt(AttemptRef attempt) implements Command {}

  /** Checkpoint the attempt and give it back. */
  record Release(AttemptRef attempt) implements Command {}

  /** Complete the attempt with what there is, if its task can. */
  record Finish(AttemptRef attempt) implements Command {}

  /** The owner has put a checkpoint of the attempt into the job's record. */
  record Confirm(AttemptRef attempt, CheckpointManifest manifest) implements Command {}

  private record Loaded(AttemptRef attempt, LoadedTask task) implements Command {}

  /** A step of an opening of the task; one that was rolled back steps no more. */
  private record Step(AttemptRef attempt, int opening) implements Command {}

  private record SnapshotStored(AttemptRef attempt, CheckpointManifest manifest)
      implements Command {}

  private record SnapshotLost(AttemptRef attempt, Throwable cause) implements Command {}

  private record PreviewStored(AttemptRef attempt, long step, Optional<BlobRef> picture)
      implements Command {}

  private record ResultStored(AttemptRef attempt, TaskOutput output) implements Command {}

  private record Broken(AttemptRef attempt, JobFailure failure) implements Command {}

  private final DeviceSettings settings;
  private final TaskOpener opener;
  private final Resources resources;
  private final ActorRef<DeviceEvent> worker;
  private Optional<Occupation> occupation = Optional.empty();

  private Device(
      ActorContext<Command> context,
      DeviceSettings settings,
      Resources resources,
      ActorRef<DeviceEvent> worker) {
    super(context);
    this.settings = settings;
    this.opener = resources.opener().get();
    this.resources = resources;
    this.worker = worker;
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

  static Behavior<Command> create(
      DeviceSettings settings, Resources resources, ActorRef<DeviceEvent> worker) {
    return Behaviors.setup(context -> new Device(context, settings, resources, worker));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onAnyMessage(this::onCommand)
        .onSignal(
            PostStop.class,
            stopped -> {
              free();
              return this;
            })
        .build();
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case Begin begin -> onBegin(begin.assignment());
      case Halt halt -> current(halt.attempt()).ifPresent(this::onHalt);
      case Release release -> current(release.attempt()).ifPresent(this::onRelease);
      case Finish finish -> current(finish.attempt()).ifPresent(this::onFinish);
      case Confirm confirm ->
          current(confirm.attempt()).ifPresent(now -> onConfirm(now, confirm.manifest()));
      case Loaded loaded ->
          current(loaded.attempt()).ifPresent(now -> onLoaded(now, loaded.task()));
      case Step step ->
          current(step.attempt())
              .filter(now -> now.openings() == step.opening())
              .ifPresent(this::onStep);
      case SnapshotStored stored ->
          current(stored.attempt()).ifPresent(now -> onSnapshotStored(now, stored.manifest()));
      case SnapshotLost lost ->
          current(lost.attempt()).ifPresent(now -> onSnapshotLost(now, lost.cause()));
      case PreviewStored stored ->
          current(stored.attempt()).ifPresent(now -> onPreviewStored(now, stored));
      case ResultStored stored ->
          current(stored.attempt()).ifPresent(now -> onResultStored(now, stored.output()));
      case Broken broken -> current(broken.attempt()).ifPresent(now -> fail(now, broken.failure()));
    }
    return this;
  }

  /** Only a checkpoint of this class of device is gone on from: others end in other bytes. */
  private void onBegin(Assignment assignment) {
    Occupation now =
        new Occupation(assignment, settings, resources.nanoTime(), resources.archive());
    occupation = Optional.of(now);
    load(
        now,
        assignment.checkpoints().stream()
            .filter(manifest -> manifest.deviceClass().equals(settings.deviceClass()))
            .toList());
  }

  private void load(Occupation now, List<CheckpointManifest> candidates) {
    getContext()
        .pipeToSelf(
            LoadedTask.load(now.archive, now.assignment, candidates),
            (loaded, failure) ->
                failure == null
                    ? new Loaded(now.attempt, loaded)
                    : new Broken(
                        now.attempt,
                        new JobFailure(
                            JobFailure.Code.CHECKPOINT_LOST,
                            "inputs of " + now.attempt + " cannot be read: " + failure,
                            true)));
  }

  private void onHalt(Occupation now) {
    free();
    worker.tell(new DeviceEvent.Halted(now.attempt));
  }

  private void onRelease(Occupation now) {
    now.releasing = true;
    if (now.task.isEmpty()) {
      release(now, List.of());
    } else if (!now.publishing && !now.snapshotInFlight) {
      saveAndRelease(now);
    }
  }

  /** A task that is still being read finishes as soon as it is opened. */
  private void onFinish(Occupation now) {
    now.finishing = true;
    if (now.task.isPresent() && now.isFinished() && !now.publishing && !now.releasing) {
      guard(now, () -> publish(now));
    }
  }

  private void onConfirm(Occupation now, CheckpointManifest manifest) {
    now.task.ifPresent(task -> task.onSnapshot(SnapshotPhase.CONFIRMED, manifest.nextStep()));
  }

  private void onLoaded(Occupation now, LoadedTask loaded) {
    loaded.rejected().forEach(rejected -> reject(now, rejected));
    guard(
        now,
        () -> {
          if (!open(now, loaded)) {
            load(now, loaded.older());
            return;
          }
          if (!now.started) {
            now.started = true;
            worker.tell(new DeviceEvent.Started(now.attempt));
          }
          worker.tell(new DeviceEvent.Progressed(now.attempt, now.progress()));
          if (now.isFinished()) {
            publish(now);
          } else {
            goOn(now);
          }
        });
  }

  /** False when the bytes of the checkpoint are whole and yet no state of the task. */
  private boolean open(Occupation now, LoadedTask loaded) {
    TaskInput input = now.treated(loaded);
    try {
      now.opened(opener.open(input, loaded.state().map(LoadedTask.State::payload)));
      return true;
    } catch (EngineException | MemoryExhaustedException e) {
      throw e;
    } catch (RuntimeException e) {
      LoadedTask.State state = loaded.state().orElseThrow(() -> e);
      reject(now, new LoadedTask.Rejected(state.manifest(), "no state of the task: " + e));
      return false;
    }
  }

  private void reject(Occupation now, LoadedTask.Rejected rejected) {
    getContext()
        .getLog()
        .warn(
            "checkpoint rejected attempt={} of={} number={}: {}",
            now.attempt,
            rejected.manifest().attempt(),
            rejected.manifest().number(),
            rejected.reason());
    worker.tell(
        new DeviceEvent.CheckpointRejected(now.attempt, rejected.manifest(), rejected.reason()));
  }

  private void onStep(Occupation now) {
    if (now.releasing || now.publishing) {
      return;
    }
    guard(
        now,
        () -> {
          resources.memory().require(now.attempt.toString(), 0);
          long startedAt = now.clock.now();
          switch (now.running().step()) {
            case StepOutcome.Failed failed -> onTrouble(now, failed.failure());
            case StepOutcome.Advanced advanced -> {
              now.stepped(startedAt, advanced.loss());
              onAdvanced(now);
            }
          }
        });
  }

  private void onAdvanced(Occupation now) {
    if (now.isDone() || now.isProgressDue()) {
      worker.tell(new DeviceEvent.Progressed(now.attempt, now.progress()));
    }
    if (now.isDone()) {
      publish(now);
      return;
    }
    if (now.isPreviewDue()) {
      show(now);
    }
    if (now.isSnapshotDue()) {
      if (!now.snapshotInFlight) {
        save(now);
      } else if (now.isFarAhead()) {
        now.waitingSince = Optional.of(now.clock.now());
        return;
      }
    }
    goOn(now);
  }

  /** Back to the last checkpoint with a remedy, or the end of the attempt. */
  private void onTrouble(Occupation now, JobFailure failure) {
    Optional<Remedy> remedy = now.remedyAgainst(failure.code());
    if (remedy.isEmpty()) {
      fail(now, failure);
      return;
    }
    getContext()
        .getLog()
        .warn("rolled back attempt={} with={}: {}", now.attempt, remedy.get(), failure.message());
    now.rollBack(remedy.get());
    if (!now.snapshotInFlight) {
      load(now, now.checkpoints());
    }
  }

  private void onSnapshotStored(Occupation now, CheckpointManifest manifest) {
    now.stored(manifest);
    now.task.ifPresent(task -> task.onSnapshot(SnapshotPhase.STORED, manifest.nextStep()));
    if (now.releasing && !now.publishing && now.isSaved()) {
      now.snapshotInFlight = false;
      release(now, List.of(manifest));
      return;
    }
    worker.tell(new DeviceEvent.Checkpointed(now.attempt, manifest));
    snapshotLanded(now);
  }

  private void onSnapshotLost(Occupation now, Throwable cause) {
    getContext().getLog().warn("snapshot not stored attempt={}", now.attempt, cause);
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
      load(now, now.checkpoints()); // what was rolled back waited for this snapshot
      return;
    }
    if (now.releasing) {
      saveAndRelease(now);
      return;
    }
    now.waitingSince.ifPresent(
        since -> {
          now.clock.blocked(since);
          now.waitingSince = Optional.empty();
          guard(
              now,
              () -> {
                save(now);
                goOn(now);
              });
        });
  }

  private void onPreviewStored(Occupation now, PreviewStored stored) {
    now.previewInFlight = false;
    stored
        .picture()
        .ifPresent(
            picture -> worker.tell(new DeviceEvent.Previewed(now.attempt, stored.step(), picture)));
  }

  private void onResultStored(Occupation now, TaskOutput output) {
    TaskOutput.Cost cost = cost(now);
    free();
    worker.tell(new DeviceEvent.Completed(now.attempt, output, cost));
  }

  private void goOn(Occupation now) {
    getContext().getSelf().tell(new Step(now.attempt, now.openings()));
  }

  private void save(Occupation now) {
    long since = now.clock.now();
    byte[] state = now.running().snapshot();
    Archive.Label label = now.nextSnapshot();
    now.clock.blocked(since);
    now.running().onSnapshot(SnapshotPhase.TAKEN, label.nextStep());
    getContext()
        .pipeToSelf(
            now.archive.write(label, state),
            (manifest, failure) ->
                failure == null
                    ? new SnapshotStored(now.attempt, manifest)
                    : new SnapshotLost(now.attempt, failure));
  }

  private void saveAndRelease(Occupation now) {
    if (now.isSaved()) {
      release(now, List.of());
    } else {
      guard(now, () -> save(now));
    }
  }

  private void release(Occupation now, List<CheckpointManifest> checkpoints) {
    free();
    worker.tell(new DeviceEvent.Released(now.attempt, checkpoints));
  }

  private void show(Occupation now) {
    Optional<byte[]> picture = now.running().preview();
    if (picture.isEmpty()) {
      return;
    }
    long step = now.running().nextStep();
    now.shown();
    getContext()
        .pipeToSelf(
            now.archive.write(picture.get()),
            (blob, failure) -> new PreviewStored(now.attempt, step, Optional.ofNullable(blob)));
  }

  private void publish(Occupation now) {
    TaskResult result = now.running().result();
    now.publishing = true;
    getContext()
        .pipeToSelf(
            ResultStore.store(now.archive, now.resultLabel(), result),
            (output, failure) ->
                failure == null
                    ? new ResultStored(now.attempt, output)
                    : new Broken(
                        now.attempt,
                        new JobFailure(
                            JobFailure.Code.INTERNAL,
                            "result of " + now.attempt + " cannot be stored: " + failure,
                            true)));
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

  /**
   * Turns what a task throws into a failure of the attempt; this is the edge of the task's code.
   */
  private void guard(Occupation now, Runnable work) {
    resources.watchdog().begins(now.attempt);
    try {
      work.run();
    } catch (RuntimeException e) {
      getContext().getLog().error("failed attempt={}", now.attempt, e);
      onTrouble(now, TaskFailures.of(now.attempt, e));
    } finally {
      resources.watchdog().ends();
    }
  }

  private void fail(Occupation now, JobFailure failure) {
    free();
    worker.tell(new DeviceEvent.Failed(now.attempt, failure));
  }

  private Optional<Occupation> current(AttemptRef attempt) {
    return occupation.filter(now -> now.attempt.equals(attempt));
  }

  private void free() {
    occupation.ifPresent(Occupation::close);
    occupation = Optional.empty();
  }
}
