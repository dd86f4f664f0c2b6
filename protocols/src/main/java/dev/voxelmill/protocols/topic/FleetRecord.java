package dev.voxelmill.protocols.topic;

import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerStatus;
import java.time.Instant;
import java.util.List;

/**
 * What placement knows, written every second under the key {@link #KEY}; older than five seconds it
 * is stale. Its size is bounded: lists hold the first of what there is, counts tell of all.
 *
 * @param epoch start time of the placement incarnation in milliseconds; a higher one wins
 * @param workers at most {@link #SHOWN_WORKERS}
 * @param workerCount how many there are in all
 * @param queue tasks that wait for a worker, first those that were proposed to one, then in the
 *     order in which they would be placed; at most {@link #SHOWN_QUEUE}
 * @param queued how many wait in all
 * @param tenants with tasks that wait or run, first the one with most waiting; at most {@link
 *     #SHOWN_TENANTS}
 * @param tenantCount how many there are in all
 * @param contested partitions of which nothing goes on; a person has to look
 */
public record FleetRecord(
    long epoch,
    Instant at,
    List<WorkerStatus> workers,
    int workerCount,
    List<Queued> queue,
    int queued,
    List<Tenant> tenants,
    int tenantCount,
    List<Contested> contested) {
  /** The key of the one live record. */
  public static final String KEY = "snapshot";

  public static final int SHOWN_WORKERS = 500;
  public static final int SHOWN_QUEUE = 100;
  public static final int SHOWN_TENANTS = 100;

  public FleetRecord {
    workers = List.copyOf(workers);
    queue = List.copyOf(queue);
    tenants = List.copyOf(tenants);
    contested = List.copyOf(contested);
  }

  /** Why a task waits. */
  public enum WaitReason {
    /** It was proposed to a worker a moment ago. */
    PROPOSED,
    /** Placement has just started and listens before it proposes. */
    LISTENING,
    /** No worker takes tasks. */
    NO_WORKER,
    /** No worker that takes tasks has enough memory. */
    NO_MEMORY,
    /** Every worker that could run it runs another task. */
    BUSY
  }

  /** A task that waits; {@code proposed} names the worker it was proposed to, or is empty. */
  public record Queued(
      TaskRef task, int priority, Instant since, WaitReason reason, List<WorkerId> proposed) {}

  /**
   * A tenant's part of the fleet.
   *
   * @param weight its share against that of others
   * @param devices that it holds now
   * @param deviceSeconds that it used in the last minute
   * @param waiting by priority, the highest first
   */
  public record Tenant(
      String name, double weight, int devices, double deviceSeconds, List<Waiting> waiting) {
    public Tenant {
      waiting = List.copyOf(waiting);
    }
  }

  /**
   * A partition that nodes take from one another, since the cluster has split or two installations
   * share a prefix.
   *
   * @param fencings of its owner within a minute; to be fenced once is how a partition moves
   */
  public record Contested(int partition, int fencings) {}

  /** How many tasks of one priority wait, and since when the oldest of them. */
  public record Waiting(int priority, int tasks, Instant oldest) {}
}
