package dev.voxelmill.actors.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.voxelmill.actors.bench.OwnerStartBench;
import dev.voxelmill.actors.config.SupervisorConfig;
import dev.voxelmill.actors.local.InstallationException;
import dev.voxelmill.actors.local.InstallationPlan;
import dev.voxelmill.actors.local.LocalInstallation;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.storage.log.LogConfig;
import dev.voxelmill.storage.topics.Installation;
import dev.voxelmill.storage.topics.TopicSetup;
import dev.voxelmill.storage.topics.TopicsConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures how long owners take to come back. */
@Command(
    name = "owners",
    description = {
      "Start a broker, remember unfinished jobs, and measure how long the owners of all partitions",
      "take from fencing their predecessors until the last has replayed its jobs and dealt with",
      "a command that waited for it."
    },
    footer = {"", "Example: ./voxelmill bench owners --jobs 100000"})
final class BenchOwnersCommand implements Callable<Integer> {
  private static final Duration BROKER_PATIENCE = Duration.ofSeconds(20);

  @Spec private CommandSpec spec;

  @Option(
      names = "--jobs",
      defaultValue = "100000",
      paramLabel = "N",
      description = "Unfinished jobs (default: ${DEFAULT-VALUE}).")
  private int jobs;

  @Option(
      names = "--rounds",
      defaultValue = "5",
      paramLabel = "N",
      description = "How often to come back (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(names = "--json", description = "Print one JSON object instead of text.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException, InstallationException {
    InstallationPlan plan = Startup.temporary(0, 0);
    TopicsConfig topics = TopicsConfig.load();
    ObjectNode figures = JsonCodec.mapper().createObjectNode();
    try (LocalInstallation broker =
        LocalInstallation.start(
            plan, bootstrap -> new TopicSetup(bootstrap, topics, BROKER_PATIENCE).run())) {
      Installation installation = Installation.at(plan.bootstrap(), topics);
      List<Double> ms =
          new OwnerStartBench(installation, LogConfig.load(), SupervisorConfig.load().owner())
              .measure(jobs, rounds);
      for (int round = 0; round < ms.size(); round++) {
        figures.put("owners.backMs.round" + (round + 1), ms.get(round));
      }
    }
    BenchCommand.print(spec, figures, json);
    return Exit.OK.code();
  }
}
