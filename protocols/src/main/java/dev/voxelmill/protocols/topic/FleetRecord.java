package dev.voxelmill.protocols.topic;

import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerStatus;
import java.time.Instant;
import java.util.List;

/**
 * What placement knows, written every second under the key {@link #KEY}; older than five seconds it
 * is stale.
 *
 * @param epoch start time of the placement incarnation in milliseconds; a higher one wins
 * @param queue tasks that wait for a worker, first the one to be placed next; at most 100
 * @param queued how many wait in all
 */
public record FleetRecord(
    long epoch, Instant at, List<WorkerStatus> workers, List<Queued> queue, int queued) {
  /** The key of the one live record. */
  public static final String KEY = "snapshot";

  /** A task that waits; {@code proposed} names the worker it was proposed to, or is empty. */
  public record Queued(TaskRef task, int priority, Instant since, List<WorkerId> proposed) {}
}
