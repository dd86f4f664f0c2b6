package dev.voxelmill.protocols.worker;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.voxelmill.protocols.job.Canonical;
import dev.voxelmill.protocols.plan.TaskKind;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import org.apache.pekko.actor.typed.ActorRef;

/** What the placement singleton is told; it remembers none of it across a restart. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = PlacementMessage.Heartbeat.class, name = "heartbeat"),
  @JsonSubTypes.Type(value = PlacementMessage.Offers.class, name = "offers"),
  @JsonSubTypes.Type(value = PlacementMessage.AttemptEnded.class, name = "attempt-ended"),
  @JsonSubTypes.Type(value = PlacementMessage.Contested.class, name = "contested")
})
public sealed interface PlacementMessage extends CborSerializable {
  /** Name of the cluster singleton that receives these messages, on nodes of role supervisor. */
  String SINGLETON = "placement";

  /** A worker lives and this is its whole state. */
  record Heartbeat(WorkerStatus status, ActorRef<WorkerCommand> worker)
      implements PlacementMessage {}

  /**
   * What changed among the tasks of one partition that wait for a worker.
   *
   * <p>An owner numbers its changes from 1 and tells each once. Every second it tells where it
   * stands with an empty message; a placement that lacks something, because it is new or because a
   * message was lost, asks for what follows its own number ({@link OwnerMessage.OffersWanted}) and
   * is answered with one bounded part at a time. Changes are applied in the order of their numbers
   * and no other; when all are applied and the count still differs, a withdrawal was missed and the
   * partition is read anew from 0.
   *
   * @param partition the owner's partition
   * @param life names one life of the owner; another life numbers afresh
   * @param after number of the change before those in this message
   * @param upTo number of the last change in this message
   * @param last number of the owner's last change
   * @param waiting how many tasks wait after the last change
   */
  record Offers(
      int partition,
      String life,
      long after,
      long upTo,
      long last,
      int waiting,
      List<Offer> offered,
      List<TaskRef> withdrawn)
      implements PlacementMessage {
    public Offers {
      offered = List.copyOf(offered);
      withdrawn = List.copyOf(withdrawn);
    }
  }

  /**
   * A task that may run now.
   *
   * @param priority 0 (last) to 9 (first)
   * @param queuedAtMillis wall clock when the task became runnable, for ageing
   * @param memoryBytes that it needs on the device; 0 when any device will do
   * @param models names of the pretrained models that it computes with; none where the worker's own
   *     prior will do
   * @param preferredWorkers where the state that it begins with already is, best effort
   * @param exhaustedWorkers where its memory did not suffice: it goes to another one if there is
   *     any
   */
  record Offer(
      TaskRef task,
      TaskKind kind,
      int priority,
      long queuedAtMillis,
      long memoryBytes,
      List<String> models,
      SortedSet<WorkerId> preferredWorkers,
      SortedSet<WorkerId> exhaustedWorkers) {
    private static final Canonical<List<String>> MODELS = new Canonical<>();

    public Offer {
      models = MODELS.of(List.copyOf(models));
      preferredWorkers = sharedIfEmpty(preferredWorkers);
      exhaustedWorkers = sharedIfEmpty(exhaustedWorkers);
    }

    /** Most offers name no worker: an empty tree of its own would be the largest part of them. */
    private static SortedSet<WorkerId> sharedIfEmpty(SortedSet<WorkerId> workers) {
      return workers.isEmpty() ? Collections.emptySortedSet() : workers;
    }
  }

  /** An owner knows that an attempt no longer holds its worker, ahead of the worker's heartbeat. */
  record AttemptEnded(TaskRef task, int attempt, WorkerId worker) implements PlacementMessage {}

  /**
   * A partition is taken from its owner again and again, and nothing of it goes on meanwhile.
   *
   * @param fencings within the last minute
   */
  record Contested(int partition, int fencings) implements PlacementMessage {}
}
