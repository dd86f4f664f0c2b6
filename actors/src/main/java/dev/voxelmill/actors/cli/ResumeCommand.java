package dev.voxelmill.actors.cli;

import dev.voxelmill.protocols.job.JobCommand;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lets paused jobs go on. */
@Command(
    name = "resume",
    description = "Let paused jobs go on from their checkpoints.",
    footer = {"", "Example: ./voxelmill resume my-car --wait"})
final class ResumeCommand implements Callable<Integer> {
  @Mixin Ordering ordering;

  @Override
  public Integer call() throws CommandException, IOException, InterruptedException {
    return ordering.send(new JobCommand.Resume());
  }
}
