package dev.voxelmill.actors.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.voxelmill.actors.bench.PlacementBench;
import dev.voxelmill.actors.bench.QueueHeap;
import dev.voxelmill.protocols.plan.Method;
import dev.voxelmill.protocols.plan.Methods;
import dev.voxelmill.protocols.topic.JsonCodec;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures the control plane; the launcher sends every other bench to the data plane. */
@Command(
    name = "bench",
    description = "Measure the control plane on this machine.",
    footer = {"", "Example: ./voxelmill bench placement"},
    subcommands = {
      BenchCommand.Placement.class,
      BenchAcceptCommand.class,
      BenchFailoverCommand.class,
      BenchOwnersCommand.class
    })
final class BenchCommand {
  private BenchCommand() {}

  /** Figures as a table, or as JSON. */
  static void print(CommandSpec spec, ObjectNode figures, boolean json) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.print(Json.pretty(figures));
    } else {
      figures
          .properties()
          .forEach(
              figure ->
                  out.printf(
                      Locale.ROOT,
                      "%-44s %12.2f%n",
                      figure.getKey(),
                      figure.getValue().asDouble()));
    }
    out.flush();
  }

  /** Grants per processor second, on virtual time. */
  @Command(
      name = "placement",
      description = {
        "Measure what it costs to place a task: grants per processor second with 10, 100 and 1,000",
        "workers over a queue of --tasks, on virtual time, and the heap that a waiting task takes in",
        "placement and a queued job with its owner."
      },
      footer = {"", "Example: ./voxelmill bench placement --json"})
  static final class Placement implements Callable<Integer> {
    private static final int HEAP_JOBS = 10_000;

    @Spec private CommandSpec spec;

    @Option(
        names = "--tasks",
        defaultValue = "100000",
        paramLabel = "N",
        description = "Tasks that wait throughout (default: ${DEFAULT-VALUE}).")
    private int tasks;

    @Option(
        names = "--grants",
        defaultValue = "50000",
        paramLabel = "N",
        description = "Grants to measure (default: ${DEFAULT-VALUE}).")
    private int grants;

    @Option(names = "--json", description = "Print one JSON object instead of text.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
      PlacementBench bench = new PlacementBench();
      ObjectNode figures = JsonCodec.mapper().createObjectNode();
      double few = 0;
      double many = 0;
      for (int workers : new int[] {10, 100, 1000}) {
        many = bench.measure(workers, tasks, grants).grantsPerCpuSecond();
        few = few == 0 ? many : few;
        figures.put("placement.grantsPerCpuSecond.workers" + workers, many);
      }
      figures.put("placement.costRatio1000To10", few / many);
      figures.put("placement.bytesPerWaitingTask", bench.bytesPerTask(tasks));
      QueueHeap queue = new QueueHeap();
      for (Method method : Methods.all()) {
        figures.put(
            "owner.bytesPerQueuedJob." + method.name(), queue.bytesPerJob(method, HEAP_JOBS));
      }
      print(spec, figures, json);
      return Exit.OK.code();
    }
  }
}
