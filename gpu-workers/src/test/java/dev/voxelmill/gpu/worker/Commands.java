package dev.voxelmill.gpu.worker;

import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.WorkerCommand;

/** What owners tell a worker about an assignment. */
final class Commands {
  private Commands() {}

  static WorkerCommand run(Assignment assignment) {
    return new WorkerCommand.Run(assignment);
  }

  static WorkerCommand stop(Assignment assignment) {
    return new WorkerCommand.Stop(assignment.task(), assignment.attempt(), "not wanted");
  }

  static WorkerCommand release(Assignment assignment) {
    return new WorkerCommand.Release(assignment.task(), assignment.attempt());
  }

  static WorkerCommand finish(Assignment assignment) {
    return new WorkerCommand.Finish(assignment.task(), assignment.attempt());
  }

  static WorkerCommand acknowledge(Assignment assignment, long number) {
    return new WorkerCommand.Acknowledge(assignment.task(), assignment.attempt(), number);
  }
}
