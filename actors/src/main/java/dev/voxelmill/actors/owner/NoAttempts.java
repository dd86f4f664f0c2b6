package dev.voxelmill.actors.owner;

import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.lifecycle.LiveAttempt;
import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.OwnerMessage;
import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerCommand;
import dev.voxelmill.protocols.worker.WorkerId;
import java.util.Optional;

/** The leases of an owner whose decisions are looked at by themselves, without any worker. */
public class NoAttempts implements LiveAttempts {
  @Override
  public boolean areAny() {
    return false;
  }

  @Override
  public void adopt(LiveAttempt attempt) {}

  @Override
  public void dispatch(Assignment assignment, OwnerMessage.Proposal proposal) {}

  @Override
  public void heard(OwnerMessage.FromWorker message, long seq, boolean isTold) {}

  @Override
  public void end(TaskRef task, int attempt, Optional<String> stop) {}

  @Override
  public void tell(TaskRef task, int attempt, WorkerCommand word) {}

  @Override
  public void gone(WorkerId worker) {}

  @Override
  public void retire(JobId job) {}
}
