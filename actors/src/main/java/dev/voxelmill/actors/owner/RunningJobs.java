package dev.voxelmill.actors.owner;

import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.lifecycle.TaskState;
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
  public void adopt(JobState state) {
    if (state instanceof JobState.Active active) {
      for (TaskState task : active.tasks()) {
        TaskRef ref = new TaskRef(active.job(), task.name());
        task.status()
            .holder()
            .ifPresent(
                worker ->
                    supervisor(active.job())
                        .tell(new JobSupervisor.Adopt(ref, task.attempt(), worker)));
      }
    }
  }

  @Override
  public void dispatch(Assignment assignment, OwnerMessage.Proposal proposal) {
    supervisor(assignment.request().job())
        .tell(new JobSupervisor.Dispatch(assignment, proposal.worker(), proposal.ref()));
  }

  @Override
  public void heard(OwnerMessage.FromWorker message, long seq) {
    supervisor(message.task().job()).tell(new JobSupervisor.Heard(message, seq));
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
  public void retire(JobState state) {
    boolean alive =
        state instanceof JobState.Active active
            && active.tasks().stream().anyMatch(task -> task.status().holder().isPresent());
    if (!alive && supervisors.containsKey(state.job())) {
      context.stop(supervisors.remove(state.job()));
    }
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
