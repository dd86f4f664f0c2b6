package dev.voxelmill.actors.owner;

import dev.voxelmill.protocols.worker.OwnerMessage;
import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerCommand;
import dev.voxelmill.protocols.worker.WorkerId;
import java.util.Optional;

/** What made an owner decide, as far as somebody waits for an answer. */
sealed interface Cause {
  /** Placement proposed the worker that is now to be sent the attempt. */
  record Proposed(OwnerMessage.Proposal proposal) implements Cause {}

  /** A worker reported. */
  record Spoken(OwnerMessage.FromWorker message) implements Cause {
    /** The answer to a report that wants one. */
    Optional<WorkerCommand> acknowledgement() {
      return message.number() > 0
          ? Optional.of(
              new WorkerCommand.Acknowledge(message.task(), message.attempt(), message.number()))
          : Optional.empty();
    }

    /** True when the worker that is to be told about the attempt is the one that spoke of it. */
    boolean concerns(TaskRef task, int attempt, WorkerId worker) {
      return message.worker().equals(worker)
          && message.task().equals(task)
          && message.attempt() == attempt;
    }
  }

  /** Time, or a client: nobody waits. */
  record Nobody() implements Cause {}
}
