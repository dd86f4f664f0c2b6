package dev.voxelmill.actors.cli;

import dev.voxelmill.protocols.job.JobCommand;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Ends jobs for good. */
@Command(
    name = "cancel",
    description = "End jobs for good, whatever they are doing; no asset is made.",
    footer = {"", "Example: ./voxelmill cancel my-car --wait"})
final class CancelCommand implements Callable<Integer> {
  @Mixin Ordering ordering;

  @Override
  public Integer call() throws CommandException, IOException, InterruptedException {
    return ordering.send(new JobCommand.Cancel());
  }
}
