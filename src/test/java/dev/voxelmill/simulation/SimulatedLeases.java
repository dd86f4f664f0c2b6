package dev.voxelmill.simulation;

import dev.voxelmill.actors.owner.AttemptLeases;
import dev.voxelmill.actors.owner.LiveAttempts;
import dev.voxelmill.actors.owner.OwnerConfig;
import dev.voxelmill.actors.owner.PartitionOwner;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.lifecycle.LiveAttempt;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.OwnerMessage;
import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerCommand;
import dev.voxelmill.protocols.worker.WorkerId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;

/** The leases of an owner's live attempts: real decisions, alarms on virtual time. */
final class SimulatedLeases implements LiveAttempts {
  private final Cluster cluster;
  private final Host host;
  private final OwnerConfig config;
  private final Consumer<PartitionOwner.AttemptLost> lost;
  private final Map<JobId, Watched> watched = new HashMap<>();

  SimulatedLeases(
      Cluster cluster, Host host, OwnerConfig config, Consumer<PartitionOwner.AttemptLost> lost) {
    this.cluster = cluster;
    this.host = host;
    this.config = config;
    this.lost = lost;
  }

  @Override
  public boolean areAny() {
    return !watched.isEmpty();
  }

  @Override
  public void adopt(LiveAttempt attempt) {
    of(attempt.task().job()).leases.adopt(attempt);
  }

  @Override
  public void dispatch(Assignment assignment, OwnerMessage.Proposal proposal) {
    of(assignment.request().job()).leases.dispatch(assignment, proposal.worker(), proposal.ref());
  }

  @Override
  public void heard(OwnerMessage.FromWorker message, long seq, boolean isTold) {
    of(message.task().job()).leases.heard(message, seq, isTold);
  }

  @Override
  public void end(TaskRef task, int attempt, Optional<String> stop) {
    Optional.ofNullable(watched.get(task.job()))
        .ifPresent(job -> job.leases.end(task, attempt, stop));
  }

  @Override
  public void tell(TaskRef task, int attempt, WorkerCommand word) {
    Optional.ofNullable(watched.get(task.job()))
        .ifPresent(job -> job.leases.tell(task, attempt, word));
  }

  @Override
  public void gone(WorkerId worker) {
    List.copyOf(watched.values()).forEach(job -> job.leases.gone(worker));
  }

  @Override
  public void retire(JobId job) {
    Optional.ofNullable(watched.remove(job)).ifPresent(gone -> gone.alarms.clear());
  }

  private Watched of(JobId job) {
    return watched.computeIfAbsent(job, id -> new Watched());
  }

  /** The leases of one job. */
  private final class Watched implements AttemptLeases.Surroundings {
    private final AttemptLeases leases = new AttemptLeases(config, this);
    private final Map<AttemptLeases.Alarm, Long> alarms = new HashMap<>();
    private long setting;

    @Override
    public void set(AttemptLeases.Alarm alarm, Duration after) {
      long mine = ++setting;
      alarms.put(alarm, mine);
      host.after(
          after,
          () -> {
            if (alarms.remove(alarm, mine)) {
              leases.ring(alarm);
            }
          });
    }

    @Override
    public void cancel(AttemptLeases.Alarm alarm) {
      alarms.remove(alarm);
    }

    @Override
    public boolean isSet(AttemptLeases.Alarm alarm) {
      return alarms.containsKey(alarm);
    }

    @Override
    public void tell(ActorRef<WorkerCommand> worker, WorkerCommand command) {
      cluster.toWorker(host, (WorkerAddress) worker, command);
    }

    @Override
    public void publish(TaskRef task, long seq, EventRecord.Event event) {
      cluster.timeline().note("progress", task, event);
    }

    @Override
    public void lost(PartitionOwner.AttemptLost silent) {
      lost.accept(silent);
    }
  }
}
