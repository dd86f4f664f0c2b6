package dev.voxelmill.protocols.lifecycle;

import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.topic.AssetRecord;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerId;
import java.util.List;

/**
 * What an owner does about a transition. Records go into the transaction that stores the next
 * state; everything else follows after it is committed, so that nobody acts on a state that is not
 * durable.
 */
public sealed interface Effect {
  /** Write the event in the transaction of the state, even if the state stays as it was. */
  record Publish(EventRecord event) implements Effect {}

  /** Write the asset in the transaction of the state; the owner adds the inline GLB. */
  record PublishAsset(AssetRecord asset) implements Effect {}

  /** Tell placement that the task needs a worker. */
  record Offer(TaskRef task) implements Effect {}

  /** Tell placement that the task needs no worker any more. */
  record Withdraw(TaskRef task) implements Effect {}

  /** Send the attempt to its worker, again until a report shows it or the lease ends. */
  record Dispatch(TaskRef task, int attempt, WorkerId worker) implements Effect {}

  /** Tell a worker to end an attempt. */
  record TellStop(TaskRef task, int attempt, WorkerId worker, String reason) implements Effect {}

  /** Tell a worker to checkpoint an attempt and to give it back. */
  record TellRelease(TaskRef task, int attempt, WorkerId worker) implements Effect {}

  /** Tell a worker to complete an attempt with what there is. */
  record TellFinish(TaskRef task, int attempt, WorkerId worker) implements Effect {}

  /** Tell the worker whose report this was that it is durable. */
  record Acknowledge() implements Effect {}

  /** Write tombstones over the chunks of these checkpoints. */
  record DropCheckpoints(List<CheckpointManifest> checkpoints) implements Effect {
    public DropCheckpoints {
      checkpoints = List.copyOf(checkpoints);
    }
  }

  /** Nothing happens, and why. */
  record Ignored(String why) implements Effect {}
}
