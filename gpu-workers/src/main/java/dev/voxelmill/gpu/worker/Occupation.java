package dev.voxelmill.gpu.worker;

import dev.voxelmill.gpu.task.StepTask;
import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.WorkerReport.Progress;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The attempt that holds the device, and when it last stepped, saved and showed itself. Confined to
 * the device thread.
 */
final class Occupation {
  private static final long PROGRESS_EVERY_NANOS = 100_000_000;

  final Assignment assignment;
  final AttemptRef attempt;
  final StepClock clock;
  private final DeviceSettings settings;
  private final SnapshotPolicy policy;

  Optional<StepTask> task = Optional.empty();
  boolean releasing;
  boolean finishing;
  boolean publishing;
  boolean previewInFlight;
  boolean snapshotInFlight;

  /** When the device began to wait for the snapshot in flight, if it waits. */
  Optional<Long> waitingSince = Optional.empty();

  private int snapshots;
  private long savedStep;
  private long savedAt;
  private long shownAt;
  private long toldAt;
  private double loss = Double.NaN;

  Occupation(Assignment assignment, DeviceSettings settings, LongSupplier nanoTime) {
    this.assignment = assignment;
    this.settings = settings;
    policy = SnapshotPolicy.of(assignment.request());
    attempt = AttemptRef.of(assignment);
    clock = new StepClock(nanoTime);
  }

  void opened(StepTask opened) {
    task = Optional.of(opened);
    savedStep = opened.nextStep();
    savedAt = clock.now();
    shownAt = savedAt;
  }

  StepTask running() {
    return task.orElseThrow();
  }

  void stepped(long startedAt, double newestLoss) {
    clock.stepped(startedAt);
    loss = newestLoss;
  }

  boolean isDone() {
    return running().nextStep() == running().totalSteps();
  }

  /** Nothing is left to do, or what there is will do. */
  boolean isFinished() {
    return isDone() || (finishing && running().isUsable());
  }

  boolean isSaved() {
    return savedStep == running().nextStep();
  }

  boolean isSnapshotDue() {
    return policy.isDue(clock.now() - savedAt, running().nextStep() - savedStep);
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
    return !previewInFlight && clock.now() - shownAt >= settings.preview().toNanos();
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
    return new Archive.Label(attempt, snapshots, running().nextStep(), settings.deviceClass());
  }
}
