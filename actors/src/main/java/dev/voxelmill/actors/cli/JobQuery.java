package dev.voxelmill.actors.cli;

import dev.voxelmill.protocols.job.JobId;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A command that asks an installation about one job. */
abstract class JobQuery implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin Connection connection;

  @Parameters(
      paramLabel = "ID",
      converter = JobArgument.class,
      description = "The job, as ID or TENANT/ID.")
  JobId job;

  final CommandException unknown() {
    return new CommandException(Exit.NOT_FOUND, "job: " + job + " is unknown");
  }
}
