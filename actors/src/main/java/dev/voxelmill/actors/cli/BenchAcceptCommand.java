package dev.voxelmill.actors.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.voxelmill.actors.bench.AcceptBench;
import dev.voxelmill.actors.local.InstallationException;
import dev.voxelmill.actors.local.InstallationPlan;
import dev.voxelmill.actors.local.LocalInstallation;
import dev.voxelmill.protocols.geometry.ByteSize;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.storage.topics.Installation;
import dev.voxelmill.storage.topics.TopicsConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures how fast requests are accepted. */
@Command(
    name = "accept",
    description = {
      "Start a broker and one supervisor, send requests from this process, and measure the time to",
      "their accepted events: one after the other on an idle system, then as many as are accepted."
    },
    footer = {"", "Example: ./voxelmill bench accept --seconds 60"})
final class BenchAcceptCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--requests",
      defaultValue = "1000",
      paramLabel = "N",
      description = "Requests sent one after the other (default: ${DEFAULT-VALUE}).")
  private int requests;

  @Option(
      names = "--seconds",
      defaultValue = "60",
      paramLabel = "S",
      description = "Length of the flood (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--image",
      defaultValue = "20KiB",
      paramLabel = "SIZE",
      description = "Size of each picture, about (default: ${DEFAULT-VALUE}).")
  private String image = "";

  @Option(names = "--json", description = "Print one JSON object instead of text.")
  private boolean json;

  @Override
  public Integer call()
      throws IOException, InterruptedException, InstallationException, CommandException {
    InstallationPlan plan = Startup.temporary(1, 0);
    ObjectNode figures = JsonCodec.mapper().createObjectNode();
    try (LocalInstallation running = Startup.start(plan);
        AcceptBench bench =
            new AcceptBench(
                Installation.at(plan.bootstrap(), TopicsConfig.load()),
                Math.toIntExact(ByteSize.parse(image).bytes()))) {
      AcceptBench.Latency latency = bench.latency(requests);
      figures.put("accept.latencyP50Ms", latency.p50Ms());
      figures.put("accept.latencyP99Ms", latency.p99Ms());
      figures.put("accept.perSecond", bench.rate(Duration.ofSeconds(seconds)));
    }
    BenchCommand.print(spec, figures, json);
    return Exit.OK.code();
  }
}
