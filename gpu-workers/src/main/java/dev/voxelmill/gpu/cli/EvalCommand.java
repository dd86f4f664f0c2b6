package dev.voxelmill.gpu.cli;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.DeviceThread;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.eval.Evaluation;
import dev.voxelmill.gpu.task.PriorFile;
import dev.voxelmill.gpu.task.TaskContext;
import dev.voxelmill.gpu.task.Versions;
import dev.voxelmill.gpu.toys.ToyFamily;
import dev.voxelmill.gpu.train.TrainingPlan;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures assets of held-out toys whose true shape is known. */
@Command(
    name = "eval",
    description = {
      "Make assets of held-out toys and measure them against the truth, beside baselines.",
      "Seeds: 60000000 to 60999999 are for evaluation, 90000000 to 90999999 for acceptance."
    },
    footer = {
      "",
      "Exit codes: 0 measured; 1 it failed; 2 wrong usage.",
      "Example: ./voxelmill eval --seed-range 60000000:60000020 --families car --picture cars.png"
    })
final class EvalCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--seed-range",
      defaultValue = "60000000:60000010",
      paramLabel = "A:B",
      description = "Seeds of the toys, B left out (default: ${DEFAULT-VALUE}).")
  private String seedRange = "";

  @Option(
      names = "--families",
      split = ",",
      paramLabel = "F[:N]",
      description = {
        "Families, in lower case; with :N only the first N seeds of the range.",
        "Default: those of the shipped prior."
      })
  private List<String> families = new ArrayList<>();

  @Option(
      names = "--prior",
      paramLabel = "FILE|oracle",
      description = "Weights that train wrote, or a prior that knows the toy; default the shipped.")
  private Optional<String> prior = Optional.empty();

  @Option(
      names = "--set",
      paramLabel = "K=V",
      description = "A parameter of the method, as of submit; may be repeated.")
  private Map<String, String> parameters = new LinkedHashMap<>();

  @Option(
      names = "--projection-set",
      paramLabel = "K=V",
      description = "A parameter of projection alone, beside those of --set; may be repeated.")
  private Map<String, String> projectionParameters = new LinkedHashMap<>();

  @Option(
      names = "--threads",
      defaultValue = "1",
      paramLabel = "N",
      description = "Threads of libtorch (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Option(names = "--picture", paramLabel = "FILE", description = "Write pictures there, as PNG.")
  private Optional<Path> picture = Optional.empty();

  @Option(names = "--json", description = "Print one JSON object instead of text.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    List<Sample> samples = samples();
    boolean oracle = prior.equals(Optional.of("oracle"));
    Torch torch = Torch.start(TorchOptions.cpu().withThreads(threads));
    try (DeviceThread thread = DeviceThread.open("eval")) {
      thread.run(
          () -> {
            try (NDManager device = torch.newScope()) {
              run(
                  new Evaluation(context(device), oracle, parameters, projectionParameters),
                  samples);
            }
          });
    }
    return 0;
  }

  private TaskContext context(NDManager device) {
    PriorFile weights = PriorFile.of(prior.filter(p -> !p.equals("oracle")).map(Path::of));
    return new TaskContext(device, weights.load(device), weights.use(), Versions.present());
  }

  private void run(Evaluation evaluation, List<Sample> samples) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    for (Sample sample : samples) {
      for (long seed = sample.first(); seed < sample.end(); seed++) {
        String line = evaluation.evaluate(sample.family(), seed);
        if (!json) {
          out.println(line);
          out.flush();
        }
      }
    }
    out.println(json ? evaluation.json().toPrettyString() : evaluation.summary());
    out.flush();
    if (picture.isPresent()) {
      Files.write(picture.get(), evaluation.pictures());
    }
  }

  /** Toys of one family with the seeds first, first + 1, ..., end - 1. */
  private record Sample(ToyFamily family, long first, long end) {}

  private List<Sample> samples() {
    long[] seeds = seeds();
    List<Sample> samples = new ArrayList<>();
    if (families.isEmpty()) {
      TrainingPlan.FAMILIES.forEach(f -> samples.add(new Sample(f, seeds[0], seeds[1])));
    }
    for (String name : families) {
      int colon = name.indexOf(':');
      ToyFamily family = family(colon < 0 ? name : name.substring(0, colon));
      long count = colon < 0 ? seeds[1] - seeds[0] : count(name, colon, seeds[1] - seeds[0]);
      samples.add(new Sample(family, seeds[0], seeds[0] + count));
    }
    return samples;
  }

  private long[] seeds() {
    String[] ends = seedRange.split(":", -1);
    try {
      if (ends.length == 2) {
        return new long[] {Long.parseLong(ends[0]), Long.parseLong(ends[1])};
      }
    } catch (NumberFormatException notNumbers) {
      // Reported below, as any other text that is not A:B.
    }
    throw new ParameterException(
        spec.commandLine(), "--seed-range: '" + seedRange + "' (expected: A:B, two whole numbers)");
  }

  private ToyFamily family(String name) {
    try {
      return ToyFamily.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException unknown) {
      throw new ParameterException(
          spec.commandLine(),
          "--families: '%s' (expected: some of %s)"
              .formatted(name, List.of(ToyFamily.values()))
              .toLowerCase(Locale.ROOT),
          unknown);
    }
  }

  private long count(String family, int colon, long available) {
    try {
      long count = Long.parseLong(family.substring(colon + 1));
      if (count >= 1 && count <= available) {
        return count;
      }
    } catch (NumberFormatException notNumber) {
      // Reported below, as any other text that is no count.
    }
    throw new ParameterException(
        spec.commandLine(),
        "--families: '%s' (expected: FAMILY:N with N in 1..%d, the seeds of --seed-range)"
            .formatted(family, available));
  }
}
