package dev.voxelmill.gpu.cli;

import ai.djl.Device;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.voxelmill.gpu.bench.MeshBench;
import dev.voxelmill.gpu.bench.SjcBench;
import dev.voxelmill.gpu.engine.DeviceThread;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.protocols.topic.JsonCodec;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Times the heavy stages on this machine, without a broker. */
@Command(
    name = "bench",
    description = "Time an SJC iteration at the paper's size, and a 100^3 field to a GLB.",
    footer = {
      "",
      "Medians of single runs move with whatever else the machine does; see docs/BENCHMARKS.md.",
      "Exit codes: 0 measured; 1 something failed; 2 wrong usage.",
      "Example: ./voxelmill bench --threads 2 --runs 15 --json"
    })
final class BenchCommand implements Callable<Integer> {
  private static final int MESH_GRID = 100;

  @Spec CommandSpec spec;

  @Option(
      names = "--threads",
      defaultValue = "2",
      paramLabel = "N",
      description = "Threads of libtorch (default: ${DEFAULT-VALUE}).")
  int threads;

  @Option(
      names = "--runs",
      defaultValue = "9",
      paramLabel = "N",
      description = "Measured runs of each; medians are told (default: ${DEFAULT-VALUE}).")
  int runs;

  @Option(names = "--json", description = "Print the figures as JSON.")
  boolean json;

  @Override
  public Integer call() throws JsonProcessingException {
    if (threads < 1 || runs < 1) {
      throw new ParameterException(
          spec.commandLine(),
          "threads: " + threads + ", runs: " + runs + " (expected: >= 1 of each)");
    }
    Map<String, Double> figures = new LinkedHashMap<>();
    SjcBench.Figures sjc = sjc();
    figures.put("sjc.wallMillis", sjc.wallMillis());
    figures.put("sjc.threadMillis", sjc.threadMillis());
    figures.put("mesh.gridToGlbMillis", gridToGlbMillis());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(JsonCodec.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(figures));
    } else {
      figures.forEach((name, value) -> out.printf(Locale.ROOT, "%-22s %10.1f%n", name, value));
    }
    out.flush();
    return 0;
  }

  private SjcBench.Figures sjc() {
    TorchOptions options = new TorchOptions(threads, Device.cpu(), false);
    try (DeviceThread device = DeviceThread.open("bench")) {
      return device.call(() -> SjcBench.measure(Torch.start(options), runs));
    }
  }

  /** The first run, which compiles the loops, is not counted. */
  private double gridToGlbMillis() {
    MeshBench.run(MESH_GRID);
    double[] wholeMs = new double[runs];
    for (int i = 0; i < runs; i++) {
      wholeMs[i] = MeshBench.run(MESH_GRID).wholeMs();
    }
    Arrays.sort(wholeMs);
    return wholeMs[runs / 2];
  }
}
