package dev.voxelmill.actors.cli;

import dev.voxelmill.protocols.job.JobCommand;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Pauses jobs. */
@Command(
    name = "pause",
    description = "Checkpoint jobs, free their devices and hold them until they are resumed.",
    footer = {"", "Example: ./voxelmill pause my-car --wait"})
final class PauseCommand implements Callable<Integer> {
  @Mixin Ordering ordering;

  @Override
  public Integer call() throws CommandException, IOException, InterruptedException {
    return ordering.send(new JobCommand.Pause());
  }
}
