package dev.voxelmill.actors.cli;

import dev.voxelmill.actors.client.AssetFiles;
import dev.voxelmill.actors.client.InstallationClient;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.topic.AssetRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Writes a job's files, or says why there are none. */
final class Fetching {
  private Fetching() {}

  static List<Path> fetch(InstallationClient client, JobId job, Path directory)
      throws CommandException, IOException, InterruptedException {
    AssetRecord asset = client.asset(job).orElse(null);
    if (asset == null) {
      String why =
          client
              .job(job)
              .map(state -> "is " + JobTable.word(state) + " and has no asset")
              .orElse("is unknown");
      throw new CommandException(Exit.NOT_FOUND, "job: " + job + " " + why);
    }
    return new AssetFiles(client).write(asset, directory);
  }
}
