package dev.voxelmill.protocols.worker;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;

/** What the owner of a partition is told from elsewhere in the cluster. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = OwnerMessage.KeepAlive.class, name = "keep-alive"),
  @JsonSubTypes.Type(value = OwnerMessage.Inquire.class, name = "inquire"),
  @JsonSubTypes.Type(value = OwnerMessage.OffersWanted.class, name = "offers-wanted"),
  @JsonSubTypes.Type(value = OwnerMessage.Proposal.class, name = "proposal"),
  @JsonSubTypes.Type(value = OwnerMessage.FromWorker.class, name = "from-worker"),
  @JsonSubTypes.Type(value = OwnerMessage.WorkerGone.class, name = "worker-gone")
})
public sealed interface OwnerMessage extends CborSerializable {
  /** Reaches the owner of partition {@code p} as entity {@code Integer.toString(p)}. */
  EntityTypeKey<OwnerMessage> ENTITY = EntityTypeKey.create(OwnerMessage.class, "partition-owner");

  /** Starts the owner if it does not run; every supervisor node sends it again and again. */
  record KeepAlive() implements OwnerMessage {}

  /** Asks whether the owner has opened its partition; answered when it has, else not at all. */
  record Inquire(ActorRef<Owned> replyTo) implements OwnerMessage {}

  /** The partition is open: its jobs are known and its intake is consumed. */
  record Owned(int partition) implements CborSerializable {}

  /** An owner has stopped on its node; its partition may have another home by now. */
  record Vacant(int partition) implements CborSerializable {}

  /**
   * Placement lacks offers: the owner answers with the next part of {@link
   * PlacementMessage.Offers}, or with where it stands when the life is not its own.
   *
   * @param life that placement knows of
   * @param after number of the last change that placement has applied, or 0
   */
  record OffersWanted(String life, long after) implements OwnerMessage {}

  /** Placement proposes a worker for a task that the owner offered; the owner decides. */
  record Proposal(TaskRef task, WorkerId worker, ActorRef<WorkerCommand> ref)
      implements OwnerMessage {}

  /** The cluster cannot reach the worker's node any more, or has removed it. */
  record WorkerGone(WorkerId worker) implements OwnerMessage {}

  /**
   * A worker reports about an attempt.
   *
   * @param number counts the reports of the attempt from 1; {@link WorkerCommand.Acknowledge} names
   *     it. Reports that need no acknowledgement carry 0
   * @param ref where to answer
   */
  record FromWorker(
      TaskRef task,
      int attempt,
      WorkerId worker,
      long number,
      WorkerReport report,
      ActorRef<WorkerCommand> ref)
      implements OwnerMessage {}
}
