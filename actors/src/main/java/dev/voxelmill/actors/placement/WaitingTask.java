package dev.voxelmill.actors.placement;

import dev.voxelmill.protocols.worker.PlacementMessage.Offer;
import dev.voxelmill.protocols.worker.TaskRef;
import java.util.Comparator;

/**
 * A task that waits for a worker. Its rank is the time from which it would have had to wait with
 * priority 0: a level of priority is worth a fixed time of waiting, so that the order of two tasks
 * never changes while they wait and no queue is ever sorted again.
 *
 * @param partition of its owner
 * @param rank milliseconds; the smallest goes first
 */
record WaitingTask(Offer offer, int partition, long rank) {
  /** The order in which a tenant's tasks are placed. */
  static final Comparator<WaitingTask> ORDER =
      Comparator.comparingLong(WaitingTask::rank)
          .thenComparing(waiting -> waiting.offer().task().job())
          .thenComparing(waiting -> waiting.offer().task().task());

  static WaitingTask of(Offer offer, int partition, long ageingMillis) {
    return new WaitingTask(
        offer, partition, offer.queuedAtMillis() - offer.priority() * ageingMillis);
  }

  TaskRef task() {
    return offer.task();
  }

  String tenant() {
    return offer.task().job().tenant();
  }
}
