package dev.voxelmill.actors.owner;

import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.lifecycle.LiveAttempt;
import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.OwnerMessage;
import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerCommand;
import dev.voxelmill.protocols.worker.WorkerId;
import java.util.Optional;

/** The leases of an owner's live attempts; see {@link AttemptLeases} for what is done with them. */
public interface LiveAttempts {
  /** Whether there is any. */
  boolean areAny();

  /** A worker that runs on since an earlier owner has time to tell of it. */
  void adopt(LiveAttempt attempt);

  /** An attempt was granted to the worker of the proposal. */
  void dispatch(Assignment assignment, OwnerMessage.Proposal proposal);

  /**
   * The worker of a live attempt has spoken.
   *
   * @param seq its job's current number
   * @param isTold whether what it says of its progress may be published
   */
  void heard(OwnerMessage.FromWorker message, long seq, boolean isTold);

  /** An attempt is over; a reason is passed on to its worker. */
  void end(TaskRef task, int attempt, Optional<String> stop);

  /**
   * Passes a word on to the worker of a live attempt; lost when it has not reported to this owner.
   */
  void tell(TaskRef task, int attempt, WorkerCommand word);

  /** The cluster has lost a worker: what it runs is not waited for longer than for any other's. */
  void gone(WorkerId worker);

  /** Forgets a job that has no live attempt any more. */
  void retire(JobId job);
}
