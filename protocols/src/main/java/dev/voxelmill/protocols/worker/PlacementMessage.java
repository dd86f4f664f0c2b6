package dev.voxelmill.protocols.worker;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.voxelmill.protocols.plan.TaskKind;
import java.util.SortedSet;
import org.apache.pekko.actor.typed.ActorRef;

/** What the placement singleton is told; it remembers none of it across a restart. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = PlacementMessage.Heartbeat.class, name = "heartbeat"),
  @JsonSubTypes.Type(value = PlacementMessage.Offer.class, name = "offer"),
  @JsonSubTypes.Type(value = PlacementMessage.Withdraw.class, name = "withdraw"),
  @JsonSubTypes.Type(value = PlacementMessage.AttemptEnded.class, name = "attempt-ended")
})
public sealed interface PlacementMessage extends CborSerializable {
  /** Name of the cluster singleton that receives these messages, on nodes of role supervisor. */
  String SINGLETON = "placement";

  /** A worker lives and this is its whole state. */
  record Heartbeat(WorkerStatus status, ActorRef<WorkerCommand> worker)
      implements PlacementMessage {}

  /**
   * An owner has a task that may run now. Sent again every second until it is granted or gone.
   *
   * @param partition the owner's partition
   * @param priority 0 (last) to 9 (first)
   * @param queuedAtMillis wall clock when the task became runnable, for ageing
   * @param preferredWorkers where state or model of the task already is, best effort
   */
  record Offer(
      TaskRef task,
      int partition,
      TaskKind kind,
      int priority,
      long queuedAtMillis,
      SortedSet<WorkerId> preferredWorkers)
      implements PlacementMessage {}

  /** The task needs no worker any more. */
  record Withdraw(TaskRef task) implements PlacementMessage {}

  /** An owner knows that an attempt no longer holds its worker, ahead of the worker's heartbeat. */
  record AttemptEnded(TaskRef task, int attempt, WorkerId worker) implements PlacementMessage {}
}
