package dev.voxelmill.gpu.worker;

import ai.djl.engine.EngineException;
import dev.voxelmill.gpu.task.SnapshotPhase;
import dev.voxelmill.gpu.task.StepOutcome;
import dev.voxelmill.gpu.task.StepTask;
import dev.voxelmill.gpu.task.TaskOpener;
import dev.voxelmill.gpu.task.TaskResult;
import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.FileRef;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.TaskOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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
 * write only when the one after it is already due. A failure of a task is told and frees the
 * device; a fatal error ends this actor and, since {@link Worker} watches it, the process, because
 * a broken native library is not repaired by a restart in the same process.
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

  private record Step(AttemptRef attempt) implements Command {}

  private record SnapshotStored(AttemptRef attempt, CheckpointManifest manifest)
      implements Command {}

  private record SnapshotLost(AttemptRef attempt, Throwable cause) implements Command {}

  private record PreviewStored(AttemptRef attempt, long step, Optional<BlobRef> picture)
      implements Command {}

  private record ResultStored(AttemptRef attempt, TaskOutput output) implements Command {}

  private record Broken(AttemptRef attempt, JobFailure failure) implements Command {}

  private final DeviceSettings settings;
  private final TaskOpener opener;
  private final Archive archive;
  private final ActorRef<DeviceEvent> worker;
  private final LongSupplier nanoTime;
  private Optional<Occupation> occupation = Optional.empty();

  private Device(
      ActorContext<Command> context,
      DeviceSettings settings,
      Resources resources,
      ActorRef<DeviceEvent> worker) {
    super(context);
    this.settings = settings;
    this.opener = resources.opener().get();
    this.archive = resources.archive();
    this.nanoTime = resources.nanoTime();
    this.worker = worker;
  }

  /**
   * What the device works with.
   *
   * @param opener asked once, on the device thread, so that it may load models
   */
  record Resources(Supplier<TaskOpener> opener, Archive archive, LongSupplier nanoTime) {}

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
      case Step step -> current(step.attempt()).ifPresent(this::onStep);
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

  private void onBegin(Assignment assignment) {
    Occupation now = new Occupation(assignment, settings, nanoTime);
    occupation = Optional.of(now);
    getContext()
        .pipeToSelf(
            LoadedTask.load(archive, assignment, settings.deviceClass()),
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
    guard(
        now,
        () -> {
          now.opened(opener.open(loaded.input(), loaded.snapshot()));
          worker.tell(new DeviceEvent.Started(now.attempt));
          worker.tell(new DeviceEvent.Progressed(now.attempt, now.progress()));
          if (now.isFinished()) {
            publish(now);
          } else {
            goOn(now);
          }
        });
  }

  private void onStep(Occupation now) {
    if (now.releasing || now.publishing) {
      return;
    }
    guard(
        now,
        () -> {
          long startedAt = now.clock.now();
          switch (now.running().step()) {
            case StepOutcome.Failed failed -> fail(now, failed.failure());
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
      if (now.snapshotInFlight) {
        now.waitingSince = Optional.of(now.clock.now());
        return;
      }
      save(now);
    }
    goOn(now);
  }

  private void onSnapshotStored(Occupation now, CheckpointManifest manifest) {
    now.running().onSnapshot(SnapshotPhase.STORED, manifest.nextStep());
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
    getContext().getSelf().tell(new Step(now.attempt));
  }

  private void save(Occupation now) {
    long since = now.clock.now();
    byte[] state = now.running().snapshot();
    Archive.Label label = now.nextSnapshot();
    now.clock.blocked(since);
    now.running().onSnapshot(SnapshotPhase.TAKEN, label.nextStep());
    getContext()
        .pipeToSelf(
            archive.write(label, state),
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
            archive.write(picture.get()),
            (blob, failure) -> new PreviewStored(now.attempt, step, Optional.ofNullable(blob)));
  }

  private void publish(Occupation now) {
    TaskResult result = now.running().result();
    now.publishing = true;
    CompletionStage<? extends TaskOutput> stored =
        switch (result) {
          case TaskResult.Tensors tensors ->
              archive
                  .write(now.resultLabel(), tensors.payload())
                  .thenApply(TaskOutput.Tensors::new);
          case TaskResult.Files files -> storeFiles(files);
        };
    getContext()
        .pipeToSelf(
            stored,
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

  private CompletionStage<TaskOutput.Files> storeFiles(TaskResult.Files result) {
    CompletionStage<List<FileRef>> all = CompletableFuture.completedStage(new ArrayList<>());
    for (TaskResult.NamedFile file : result.files()) {
      all =
          all.thenCombine(
              archive.write(file.bytes()),
              (files, blob) -> {
                files.add(new FileRef(file.name(), file.mediaType(), blob));
                return files;
              });
    }
    return all.thenApply(files -> new TaskOutput.Files(files, result.quality(), result.models()));
  }

  private TaskOutput.Cost cost(Occupation now) {
    return new TaskOutput.Cost(
        settings.worker(),
        now.running().nextStep(),
        now.clock.busySeconds(),
        now.clock.blockedSeconds(),
        now.clock.gapSeconds(),
        now.clock.wallSeconds(),
        settings.versions());
  }

  /**
   * Turns what a task throws into a failure of the attempt; this is the edge of the task's code.
   */
  private void guard(Occupation now, Runnable work) {
    try {
      work.run();
    } catch (EngineException e) {
      getContext().getLog().error("device failed attempt={}", now.attempt, e);
      fail(now, new JobFailure(deviceCode(e), now.attempt + ": " + e, true));
    } catch (RuntimeException e) {
      getContext().getLog().error("task failed attempt={}", now.attempt, e);
      fail(now, new JobFailure(JobFailure.Code.INTERNAL, now.attempt + ": " + e, false));
    }
  }

  private static JobFailure.Code deviceCode(EngineException e) {
    return String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("out of memory")
        ? JobFailure.Code.DEVICE_OOM
        : JobFailure.Code.DEVICE_ERROR;
  }

  private void fail(Occupation now, JobFailure failure) {
    free();
    worker.tell(new DeviceEvent.Failed(now.attempt, failure));
  }

  private Optional<Occupation> current(AttemptRef attempt) {
    return occupation.filter(now -> now.attempt.equals(attempt));
  }

  private void free() {
    occupation.flatMap(now -> now.task).ifPresent(StepTask::close);
    occupation = Optional.empty();
  }
}
