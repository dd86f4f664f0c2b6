package dev.voxelmill.gpu.cli;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.voxelmill.gpu.bench.BatchBench;
import dev.voxelmill.gpu.bench.CheckpointCost;
import dev.voxelmill.gpu.bench.MeshBench;
import dev.voxelmill.gpu.bench.OverheadBench;
import dev.voxelmill.gpu.bench.SjcBench;
import dev.voxelmill.gpu.bench.TemporaryFolder;
import dev.voxelmill.gpu.engine.DeviceThread;
import dev.voxelmill.gpu.engine.StoredType;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.models.Likeness;
import dev.voxelmill.gpu.models.Synthesis;
import dev.voxelmill.gpu.nn.TrainedPrior;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.storage.bench.CheckpointBench;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Measures speed on this machine. */
@Command(
    name = "bench",
    description = {
      "Measure speed on this machine.",
      "sjc: one SJC iteration at the paper's size; mesh: a field of 100^3 to GLB;",
      "overhead: what Kafka and actors add to a job, as processor time of a worker process over",
      "that of the bare task loop, in turn; start it with the worker's --threads (default 2);",
      "checkpoint: how long a device stands still for 60 MB every 30 s, and 16 MB to and fro;",
      "models: opening the UNet of a diffusers folder, and its steps at 64x64; with --diffusers in",
      "turn with the same network in Python;",
      "batch: steps of 1, 2, 4 and 8 jobs a second as one call, and one after the other."
    },
    footer = {
      "",
      "Exit codes: 0 measured; 1 it failed; 2 wrong usage.",
      "Example: ./voxelmill bench sjc mesh --threads 1 --json"
    })
final class BenchCommand implements Callable<Integer> {
  private static final int FIELD_SIZE = 100;
  private static final double PERCENT = 100;

  /** A figure below this is printed with an exponent. */
  private static final double SMALL = 0.01;

  /** What can be measured; written in lower case. */
  enum Measure {
    SJC,
    MESH,
    OVERHEAD,
    CHECKPOINT,
    MODELS,
    BATCH
  }

  /** Reads a measure's name. */
  static final class MeasureName implements ITypeConverter<Measure> {
    @Override
    public Measure convert(String name) {
      for (Measure measure : Measure.values()) {
        if (measure.name().equalsIgnoreCase(name)) {
          return measure;
        }
      }
      throw new TypeConversionException(
          "'" + name + "' (expected: sjc, mesh, overhead, checkpoint, models or batch)");
    }
  }

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "WHAT",
      converter = MeasureName.class,
      description = "sjc, mesh, overhead, checkpoint, models or batch.")
  private List<Measure> measures = List.of();

  @Option(
      names = "--rounds",
      defaultValue = "10",
      paramLabel = "N",
      description = "Repetitions (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--threads",
      defaultValue = "1",
      paramLabel = "N",
      description = "Threads of libtorch (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Mixin private ModelsMeasure modelsMeasure = new ModelsMeasure();

  @Option(names = "--json", description = "Print one JSON object instead of text.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    ObjectNode figures = JsonCodec.mapper().createObjectNode();
    for (Measure measure : measures) {
      switch (measure) {
        case SJC -> sjc(figures);
        case MESH -> mesh(figures);
        case OVERHEAD -> overhead(figures);
        case CHECKPOINT -> checkpoint(figures);
        case MODELS -> modelsMeasure.measure(this::torch, threads, rounds, figures);
        case BATCH -> batch(figures);
      }
    }
    if (json) {
      out.println(figures.toPrettyString());
    } else {
      figures
          .properties()
          .forEach(
              figure ->
                  out.printf(
                      Locale.ROOT,
                      Math.abs(figure.getValue().asDouble()) < SMALL
                          ? "%-32s %10.1e%n"
                          : "%-32s %10.2f%n",
                      figure.getKey(),
                      figure.getValue().asDouble()));
    }
    out.flush();
    return 0;
  }

  private void sjc(ObjectNode figures) {
    try (DeviceThread thread = DeviceThread.open("bench")) {
      SjcBench.Figures measured = thread.call(() -> SjcBench.measure(torch(), rounds));
      figures.put("sjc.iterationWallMs", measured.wallMillis());
      figures.put("sjc.iterationThreadMs", measured.threadMillis());
    }
  }

  /** The best of all rounds: the first ones pay for the Java compiler. */
  private void mesh(ObjectNode figures) {
    double best = Double.POSITIVE_INFINITY;
    for (int round = 0; round < rounds; round++) {
      best = Math.min(best, MeshBench.run(FIELD_SIZE).wholeMs());
    }
    figures.put("mesh.gridToGlbMs", best);
  }

  private void overhead(ObjectNode figures) throws IOException {
    OverheadBench.Figures measured =
        OverheadBench.measure(Path.of(System.getProperty("voxelmill.home")), torch(), rounds);
    int number = 0;
    for (OverheadBench.Pair pair : measured.pairs()) {
      figures.put("overhead.pair" + ++number + ".cpuPercent", PERCENT * pair.cpuShare());
    }
    figures.put("overhead.bareCpuSeconds", measured.median(OverheadBench.Pair::bareCpuSeconds));
    figures.put("overhead.workerCpuSeconds", measured.median(OverheadBench.Pair::workerCpuSeconds));
    figures.put("overhead.cpuPercent", PERCENT * measured.median(OverheadBench.Pair::cpuShare));
    figures.put(
        "overhead.insideWorkerPercent", PERCENT * measured.median(OverheadBench.Pair::idleShare));
  }

  private void checkpoint(ObjectNode figures) throws IOException {
    CheckpointCost.Figures measured =
        CheckpointCost.measure(Path.of(System.getProperty("voxelmill.home")), rounds);
    figures.put("checkpoint.blockedPercent", PERCENT * measured.blockedShare());
    for (CheckpointBench.Figures payload : measured.payloads()) {
      figures.put("checkpoint." + payload.kind() + "WriteMs", payload.medianWriteMs());
      figures.put("checkpoint." + payload.kind() + "ReadMs", payload.medianReadMs());
    }
  }

  private void batch(ObjectNode figures) throws IOException {
    try (DeviceThread thread = DeviceThread.open("bench");
        TemporaryFolder folder = TemporaryFolder.create()) {
      Synthesis.write(folder.path(), Likeness.SMALL, StoredType.F32, 0, file -> {});
      thread.run(
          () -> {
            try (NDManager owner = torch().newScope();
                TrainedPrior prior = TrainedPrior.shipped(owner)) {
              put(figures, "batch.prior", BatchBench.ofPrior(owner, prior, rounds));
              Path unet = folder.path().resolve("unet");
              put(figures, "batch.unet100m", BatchBench.ofUNet(owner, unet, rounds));
            }
          });
    }
  }

  private static void put(ObjectNode figures, String name, List<BatchBench.Figures> sizes) {
    for (BatchBench.Figures size : sizes) {
      String jobs = name + "." + size.jobs() + ".";
      figures.put(jobs + "alonePerSecond", size.alonePerSecond());
      figures.put(jobs + "togetherPerSecond", size.togetherPerSecond());
      figures.put(jobs + "largestDifference", size.largestDifference());
    }
  }

  private Torch torch() {
    return Torch.start(TorchOptions.cpu().withThreads(threads));
  }
}
