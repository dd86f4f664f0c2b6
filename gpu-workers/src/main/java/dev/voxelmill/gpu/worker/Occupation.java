package dev.voxelmill.gpu.worker;

import dev.voxelmill.gpu.task.JointTask;
import dev.voxelmill.gpu.task.Remedy;
import dev.voxelmill.gpu.task.StepTask;
import dev.voxelmill.gpu.task.TaskInput;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.WorkerReport.Progress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * An attempt that holds the device, and when it last stepped, saved and showed itself. Confined to
 * the device thread.
 */
final class Occupation {
  private static final int KEPT = 2;
  private static final long PROGRESS_EVERY_NANOS = 100_000_000;

  /** Marks what was computed together with other jobs: its last bits depend on them. */
  private static final String JOINED = "joint-steps";

  /** Marks what was begun on another class of device: its last bits are of no class. */
  private static final String CLASS_CHANGED = "class-change";

  final Assignment assignment;
  final AttemptRef attempt;
  private final ActorRef<DeviceEvent> events;
  final StepClock clock;
  private final DeviceSettings settings;
  private final SnapshotPolicy policy;

  /** Gives up when the attempt ends, not before. */
  final PatientArchive archive;

  /** Empty while inputs and state are read. */
  Optional<StepTask> task = Optional.empty();

  boolean started;
  boolean releasing;
  boolean finishing;
  boolean publishing;
  boolean previewInFlight;
  boolean snapshotInFlight;

  /** When the device began to wait for the snapshot in flight, if it waits. */
  Optional<Long> waitingSince = Optional.empty();

  /** What this run of the task does differently after trouble. */
  private final Set<Remedy> remedies = EnumSet.noneOf(Remedy.class);

  /** Marks of the state that are no remedies. */
  private final Set<String> otherMarks = new TreeSet<>();

  /** Checkpoints that a roll-back may go back to, newest first; as many as the owner keeps. */
  private final Deque<CheckpointManifest> checkpoints = new ArrayDeque<>();

  private Optional<TaskInput> input = Optional.empty();
  private int snapshots;
  private long savedStep;
  private long savedAt;
  private long durableAt;
  private long shownAt;
  private long toldAt;
  private double loss = Double.NaN;

  /**
   * An attempt that begins.
   *
   * @param events where it is told how the attempt goes
   */
  Occupation(
      Assignment assignment,
      ActorRef<DeviceEvent> events,
      DeviceSettings settings,
      LongSupplier nanoTime,
      Archive archive) {
    this.assignment = assignment;
    this.events = events;
    this.settings = settings;
    this.archive = new PatientArchive(archive, settings.limits().retry());
    policy = SnapshotPolicy.of(assignment.request());
    attempt = AttemptRef.of(assignment);
    clock = new StepClock(nanoTime);
  }

  boolean mayGoOnFrom(CheckpointManifest manifest) {
    return isOfThisClass(manifest) || SnapshotPolicy.allowsClassChange(assignment.request());
  }

  private boolean isOfThisClass(CheckpointManifest manifest) {
    return manifest.deviceClass().equals(settings.deviceClass());
  }

  /** The input as read, for a task that goes on with every remedy of its state and its run. */
  TaskInput treated(LoadedTask loaded) {
    checkpoints.clear();
    checkpoints.addAll(loaded.older());
    loaded
        .state()
        .ifPresent(
            state -> {
              checkpoints.addFirst(state.manifest());
              remedies.addAll(Remedy.marked(state.manifest().marks()));
              otherMarks.addAll(state.manifest().marks());
              remedies.forEach(remedy -> otherMarks.remove(remedy.mark()));
              if (!isOfThisClass(state.manifest())) {
                otherMarks.add(CLASS_CHANGED);
              }
            });
    input = Optional.of(loaded.input().with(remedies));
    return input.get();
  }

  void tell(DeviceEvent event) {
    events.tell(event);
  }

  void opened(StepTask opened) {
    task = Optional.of(opened);
    savedStep = opened.nextStep();
    savedAt = clock.now();
    durableAt = savedAt;
    shownAt = savedAt;
  }

  /** The snapshot in flight is durable. */
  void stored(CheckpointManifest manifest) {
    durableAt = savedAt;
    checkpoints.addFirst(manifest);
    if (checkpoints.size() > KEPT) {
      checkpoints.removeLast();
    }
  }

  List<CheckpointManifest> checkpoints() {
    return List.copyOf(checkpoints);
  }

  /** A remedy against the failure that this run has not taken yet. */
  Optional<Remedy> remedyAgainst(JobFailure.Code code) {
    return input
        .flatMap(known -> Remedy.against(code, known))
        .filter(remedy -> !remedies.contains(remedy));
  }

  /** Leaves the state that failed; the next one that is opened has the remedy. */
  void rollBack(Remedy remedy) {
    remedies.add(remedy);
    task.ifPresent(StepTask::close);
    task = Optional.empty();
  }

  List<String> marks() {
    return Stream.concat(remedies.stream().map(Remedy::mark), otherMarks.stream()).toList();
  }

  void close() {
    archive.close();
    task.ifPresent(StepTask::close);
  }

  /** Whether another step may be done. */
  boolean canStep() {
    return task.isPresent() && !releasing && !publishing;
  }

  /** Whether the next steps of both can be one call. */
  boolean canJoin(Occupation other) {
    return running() instanceof JointTask mine
        && other.running() instanceof JointTask theirs
        && mine.company().equals(theirs.company());
  }

  StepTask running() {
    return task.orElseThrow();
  }

  /** The step that was just done was one call with those of other attempts. */
  void joined() {
    otherMarks.add(JOINED);
  }

  void stepped(long startedAt, double newestLoss) {
    clock.stepped(startedAt);
    loss = newestLoss;
  }

  boolean isDone() {
    return running().nextStep() == running().totalSteps();
  }

  boolean isSaved() {
    return savedStep == running().nextStep();
  }

  boolean isSnapshotDue() {
    return policy.isDue(clock.now() - savedAt, running().nextStep() - savedStep);
  }

  /** Whether too much would be lost if this process died now. */
  boolean isFarAhead() {
    return clock.now() - durableAt >= settings.limits().unsavedWork().toNanos();
  }

  /** Counts a snapshot of the present state and labels it. */
  Archive.Label nextSnapshot() {
    snapshots++;
    savedStep = running().nextStep();
    savedAt = clock.now();
    snapshotInFlight = true;
    return label();
  }

  /** Labels the result, which is stored as one more checkpoint. */
  Archive.Label resultLabel() {
    snapshots++;
    return label();
  }

  boolean isPreviewDue() {
    return !previewInFlight && clock.now() - shownAt >= settings.limits().preview().toNanos();
  }

  void shown() {
    previewInFlight = true;
    shownAt = clock.now();
  }

  /** True a few times a second at most, so that fast steps do not flood the protocol actor. */
  boolean isProgressDue() {
    if (clock.now() - toldAt < PROGRESS_EVERY_NANOS) {
      return false;
    }
    toldAt = clock.now();
    return true;
  }

  Progress progress() {
    long next = running().nextStep();
    long total = running().totalSteps();
    double rate = clock.stepsPerSecond();
    double eta = rate > 0 ? (total - next) / rate : Double.NaN;
    return new Progress(next, total, rate, loss, eta);
  }

  private Archive.Label label() {
    return new Archive.Label(
        attempt, snapshots, running().nextStep(), settings.deviceClass(), marks());
  }
}
