package dev.voxelmill.actors.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.voxelmill.actors.bench.FailoverBench;
import dev.voxelmill.actors.client.InstallationClient;
import dev.voxelmill.actors.local.InstallationException;
import dev.voxelmill.actors.local.InstallationPlan;
import dev.voxelmill.actors.local.LocalInstallation;
import dev.voxelmill.protocols.launch.ClusterConfig;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.storage.topics.Installation;
import dev.voxelmill.storage.topics.TopicsConfig;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures how long the work of processes that end stays away. */
@Command(
    name = "failover",
    description = {
      "Start a broker, three supervisors and three workers; kill workers that run a task, then tell",
      "supervisors to stop, then kill supervisors, while requests come in; measure from outside how",
      "long a task and the partitions are away. A member that ended stays away while it is measured."
    },
    footer = {"", "Example: ./voxelmill bench failover --rounds 6"})
final class BenchFailoverCommand implements Callable<Integer> {
  private static final int SUPERVISORS = 3;
  private static final int WORKERS = 3;

  @Spec private CommandSpec spec;

  @Option(
      names = "--rounds",
      defaultValue = "6",
      paramLabel = "N",
      description = "Repetitions of each (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(names = "--json", description = "Print one JSON object instead of text.")
  private boolean json;

  @Override
  public Integer call()
      throws IOException, InterruptedException, InstallationException, CommandException {
    if (rounds < 1) {
      throw new CommandException(Exit.USAGE, "rounds: " + rounds + " (expected: >= 1)");
    }
    InstallationPlan plan = Startup.temporary(SUPERVISORS, WORKERS);
    ObjectNode figures = JsonCodec.mapper().createObjectNode();
    try (LocalInstallation running = Startup.start(plan)) {
      FailoverBench bench =
          new FailoverBench(
              running,
              new InstallationClient(Installation.at(plan.bootstrap(), TopicsConfig.load())),
              ClusterConfig.load());
      put(figures, "failover.workerKill.elsewhereMs", bench.killWorkers(rounds));
      put(figures, "failover.supervisorTerm", bench.terminateSupervisors(rounds));
      put(figures, "failover.supervisorKill", bench.killSupervisors(rounds));
    }
    BenchCommand.print(spec, figures, json);
    return Exit.OK.code();
  }

  private static void put(ObjectNode figures, String name, FailoverBench.Supervisors ended) {
    put(figures, name + ".backMs", ended.backMs());
    put(figures, name + ".longestWaitMs", ended.longestWaitMs());
    figures.put(name + ".attemptsAdded", ended.attemptsAdded());
  }

  private static void put(ObjectNode figures, String name, List<Double> ms) {
    List<Double> sorted = ms.stream().sorted().toList();
    figures.put(name + ".median", sorted.get(sorted.size() / 2));
    figures.put(name + ".max", sorted.getLast());
  }
}
