package dev.voxelmill.gpu.worker;

import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.plan.Parameters;

/**
 * When a running task is snapshotted: by the clock, by the count, or whichever comes first.
 *
 * @param everyNanos since the last snapshot; 0 takes none by the clock
 * @param everySteps since the last snapshot; 0 takes none by the count
 */
record SnapshotPolicy(long everyNanos, long everySteps) {
  private static final double NANOS_PER_SECOND = 1e9;

  static SnapshotPolicy of(JobRequest request) {
    Parameters parameters = new Parameters(request.parameters());
    return new SnapshotPolicy(
        (long) (parameters.real("checkpoint.everySeconds") * NANOS_PER_SECOND),
        parameters.whole("checkpoint.everySteps"));
  }

  /** Whether a task may go on from what another class of device has saved. */
  static boolean allowsClassChange(JobRequest request) {
    return Boolean.parseBoolean(
        request
            .parameters()
            .getOrDefault("checkpoint.allowClassChange", "")); // absent in older ones
  }

  boolean isDue(long nanos, long steps) {
    return steps > 0
        && ((everyNanos > 0 && nanos >= everyNanos) || (everySteps > 0 && steps >= everySteps));
  }
}
