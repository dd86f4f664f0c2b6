package dev.voxelmill.actors.cli;

import dev.voxelmill.protocols.job.JobCommand;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Changes the priority of jobs. */
@Command(
    name = "reprioritise",
    description = "Place the tasks of jobs by another priority from now on.",
    footer = {"", "Example: ./voxelmill reprioritise my-car --priority 9 --wait"})
final class ReprioritiseCommand implements Callable<Integer> {
  @Mixin Ordering ordering;

  @Option(
      names = "--priority",
      required = true,
      paramLabel = "N",
      description = "0 (last) to 9 (first).")
  int priority;

  @Override
  public Integer call() throws CommandException, IOException, InterruptedException {
    return ordering.send(order());
  }

  private JobCommand.Order order() throws CommandException {
    try {
      return new JobCommand.Reprioritise(priority);
    } catch (IllegalArgumentException e) {
      throw new CommandException(Exit.USAGE, e.getMessage());
    }
  }
}
