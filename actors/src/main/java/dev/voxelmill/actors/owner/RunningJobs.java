package dev.voxelmill.actors.owner;

import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.lifecycle.LiveAttempt;
import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.OwnerMessage;
import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerCommand;
import dev.voxelmill.protocols.worker.WorkerId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** The supervisors of an owner's jobs: one for each job that has a live attempt, and no other. */
final class RunningJobs implements LiveAttempts {
  private final ActorContext<PartitionOwner.Command> context;
  private final JobSupervisor.Setting setting;
  private final Map<JobId, ActorRef<JobSupervisor.Command>> supervisors = new HashMap<>();

  RunningJobs(ActorContext<PartitionOwner.Command> context, JobSupervisor.Setting setting) {
    this.context = context;
    this.setting = setting;
  }

  @Override
  public boolean areAny() {
    return !supervisors.isEmpty();
  }

  @Override
  public void adopt(LiveAttempt attempt) {
    supervisor(attempt.task().job()).tell(new JobSupervisor.Adopt(attempt));
  }

  @Override
  public void dispatch(Assignment assignment, OwnerMessage.Proposal proposal) {
    supervisor(assignment.request().job())
        .tell(new JobSupervisor.Dispatch(assignment, proposal.worker(), proposal.ref()));
  }

  @Override
  public void heard(OwnerMessage.FromWorker message, long seq, boolean isTold) {
    supervisor(message.task().job()).tell(new JobSupervisor.Heard(message, seq, isTold));
  }

  @Override
  public void end(TaskRef task, int attempt, Optional<String> stop) {
    Optional.ofNullable(supervisors.get(task.job()))
        .ifPresent(child -> child.tell(new JobSupervisor.End(task, attempt, stop)));
  }

  @Override
  public void tell(TaskRef task, int attempt, WorkerCommand word) {
    Optional.ofNullable(supervisors.get(task.job()))
        .ifPresent(child -> child.tell(new JobSupervisor.PassOn(task, attempt, word)));
  }

  @Override
  public void gone(WorkerId worker) {
    supervisors.values().forEach(child -> child.tell(new JobSupervisor.Gone(worker)));
  }

  @Override
  public void retire(JobId job) {
    Optional.ofNullable(supervisors.remove(job)).ifPresent(context::stop);
  }

  private ActorRef<JobSupervisor.Command> supervisor(JobId job) {
    return supervisors.computeIfAbsent(
        job,
        id -> {
          ActorRef<JobSupervisor.Command> child =
              context.spawnAnonymous(JobSupervisor.create(setting));
          context.watch(child);
          return child;
        });
  }
}
