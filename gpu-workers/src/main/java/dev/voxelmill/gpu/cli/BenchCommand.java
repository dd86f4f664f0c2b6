package dev.voxelmill.gpu.cli;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import dev.voxelmill.gpu.bench.MeshBench;
import dev.voxelmill.gpu.bench.SjcBench;
import dev.voxelmill.gpu.engine.DeviceThread;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.eval.Evaluation;
import dev.voxelmill.gpu.task.PriorFile;
import dev.voxelmill.gpu.task.TaskContext;
import dev.voxelmill.gpu.task.Versions;
import dev.voxelmill.gpu.toys.SeedRange;
import dev.voxelmill.gpu.toys.ToyFamily;
import dev.voxelmill.protocols.topic.JsonCodec;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
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
      "job: processor time of a whole job by the bare task loop, without Kafka or actors,",
      "to be compared with what a worker process takes for the same job."
    },
    footer = {
      "",
      "Exit codes: 0 measured; 1 it failed; 2 wrong usage.",
      "Example: ./voxelmill bench sjc mesh --threads 1 --json"
    })
final class BenchCommand implements Callable<Integer> {
  private static final int FIELD_SIZE = 100;
  private static final double NANOS_PER_SECOND = 1e9;

  /** What can be measured; written in lower case. */
  enum Measure {
    SJC,
    MESH,
    JOB
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
      throw new TypeConversionException("'" + name + "' (expected: sjc, mesh or job)");
    }
  }

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "WHAT",
      converter = MeasureName.class,
      description = "sjc, mesh or job.")
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

  @Option(names = "--json", description = "Print one JSON object instead of text.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    ObjectNode figures = JsonCodec.mapper().createObjectNode();
    for (Measure measure : measures) {
      switch (measure) {
        case SJC -> sjc(figures);
        case MESH -> mesh(figures);
        case JOB -> job(figures);
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
                      "%-32s %10.2f%n",
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

  private void job(ObjectNode figures) {
    OperatingSystemMXBean machine =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    try (DeviceThread thread = DeviceThread.open("bench")) {
      double seconds =
          thread.call(
              () -> {
                try (NDManager device = torch().newScope()) {
                  PriorFile weights = PriorFile.of(Optional.empty());
                  TaskContext context =
                      new TaskContext(
                          device, weights.load(device), weights.use(), Versions.present());
                  return meanCpuSeconds(new Evaluation(context, false, Map.of(), 0), machine);
                }
              });
      figures.put("job.bareCpuSeconds", seconds);
    }
  }

  /** The first job is left out: it pays for the Java compiler. */
  private double meanCpuSeconds(Evaluation evaluation, OperatingSystemMXBean machine) {
    double sum = 0;
    for (int round = 0; round <= rounds; round++) {
      long before = machine.getProcessCpuTime();
      evaluation.make(ToyFamily.CAR, SeedRange.EVALUATION.first());
      if (round > 0) {
        sum += (machine.getProcessCpuTime() - before) / NANOS_PER_SECOND;
      }
    }
    return sum / rounds;
  }

  private Torch torch() {
    return Torch.start(TorchOptions.cpu().withThreads(threads));
  }
}
