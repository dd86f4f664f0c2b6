package dev.voxelmill.actors.nemesis;

import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.job.JobId;
import java.time.Duration;
import java.util.List;

/** Something that is done to an installation on purpose. */
public sealed interface Fault {
  /** The row of the verdict that it counts in. */
  FaultKind kind();

  /** Done to processes, one after another. */
  sealed interface OfProcess extends Fault {}

  /** Done by clients, whatever the processes are going through. */
  sealed interface OfClient extends Fault {}

  /** SIGKILL. */
  record Kill(Role role, int number) implements OfProcess {
    @Override
    public FaultKind kind() {
      return switch (role) {
        case WORKER -> FaultKind.WORKER_KILLED;
        case SUPERVISOR -> FaultKind.SUPERVISOR_KILLED;
        case BROKER -> FaultKind.BROKER_KILLED;
      };
    }

    @Override
    public String toString() {
      return "kill -9 " + role.named(number);
    }
  }

  /**
   * SIGKILL to every process of a role at once: of supervisors it is the outage of a lost majority,
   * of workers the loss of every device.
   */
  record KillAll(Role role) implements OfProcess {
    @Override
    public FaultKind kind() {
      return switch (role) {
        case WORKER -> FaultKind.WORKERS_KILLED;
        case SUPERVISOR -> FaultKind.SUPERVISORS_KILLED;
        case BROKER -> FaultKind.BROKER_KILLED; // there is only one
      };
    }

    @Override
    public String toString() {
      return "kill -9 every " + role.word();
    }
  }

  /** SIGTERM to a process that is ready; it has to end in good order. */
  record Stop(Role role, int number) implements OfProcess {
    @Override
    public FaultKind kind() {
      return switch (role) {
        case WORKER -> FaultKind.WORKER_STOPPED;
        case SUPERVISOR -> FaultKind.SUPERVISOR_STOPPED;
        case BROKER -> FaultKind.BROKER_STOPPED;
      };
    }

    @Override
    public String toString() {
      return "kill -TERM " + role.named(number);
    }
  }

  /** SIGSTOP to a process that is ready, and SIGCONT after that time. */
  record Freeze(Role role, int number, Duration time) implements OfProcess {
    @Override
    public FaultKind kind() {
      return switch (role) {
        case WORKER -> FaultKind.WORKER_FROZEN;
        case SUPERVISOR -> FaultKind.SUPERVISOR_FROZEN;
        case BROKER -> FaultKind.BROKER_FROZEN;
      };
    }

    @Override
    public String toString() {
      return "kill -STOP " + role.named(number) + ", -CONT after " + time.toMillis() + " ms";
    }
  }

  /** One more worker. */
  record Join(int number) implements OfProcess {
    @Override
    public FaultKind kind() {
      return FaultKind.WORKER_JOINED;
    }

    @Override
    public String toString() {
      return "start " + Role.WORKER.named(number);
    }
  }

  /** A worker that was added goes for good. */
  record Leave(int number) implements OfProcess {
    @Override
    public FaultKind kind() {
      return FaultKind.WORKER_LEFT;
    }

    @Override
    public String toString() {
      return "remove " + Role.WORKER.named(number);
    }
  }

  /** The request of a job of the load once more, many times, round all partitions. */
  record Duplicates(PlannedJob job, int copies) implements OfClient {
    @Override
    public FaultKind kind() {
      return FaultKind.DUPLICATES;
    }

    @Override
    public String toString() {
      return "send " + job.id() + " " + copies + " times";
    }
  }

  /** A record on {@code requests} that is no request. */
  record Poison(PoisonKind poison, long seed) implements OfClient {
    @Override
    public FaultKind kind() {
      return FaultKind.POISON;
    }

    @Override
    public String toString() {
      return "send poison: " + poison.words();
    }
  }

  /**
   * A command about a job of the load.
   *
   * @param commandId unique in the run
   */
  record Order(String commandId, JobId job, JobCommand.Order order) implements OfClient {
    @Override
    public FaultKind kind() {
      return switch (order) {
        case JobCommand.Cancel cancel -> FaultKind.CANCEL;
        case JobCommand.Pause pause -> FaultKind.PAUSE;
        case JobCommand.Resume resume -> FaultKind.PAUSE;
        case JobCommand.Reprioritise reprioritise -> FaultKind.REPRIORITISE;
      };
    }

    @Override
    public String toString() {
      return order.word() + " " + job + " as " + commandId;
    }
  }

  /** Many jobs at once. */
  record Burst(List<PlannedJob> jobs) implements OfClient {
    public Burst {
      jobs = List.copyOf(jobs);
    }

    @Override
    public FaultKind kind() {
      return FaultKind.BURST;
    }

    @Override
    public String toString() {
      return "submit %d jobs, from %s".formatted(jobs.size(), jobs.getFirst().id());
    }
  }
}
