package dev.voxelmill.gpu.cli;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.DeviceThread;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.nn.PriorConfig;
import dev.voxelmill.gpu.nn.TrainedPrior;
import dev.voxelmill.gpu.toys.ToyFamily;
import dev.voxelmill.gpu.train.HeldOutViews;
import dev.voxelmill.gpu.train.PriorExport;
import dev.voxelmill.gpu.train.TrainingPlan;
import dev.voxelmill.gpu.train.TrainingRun;
import dev.voxelmill.protocols.topic.JsonCodec;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains the default prior on toys that are drawn as it goes, or continues to. */
@Command(
    name = "train",
    description = {
      "Train the view-conditioned prior on procedural toys.",
      "A state found in --state is continued; the end is the same as without the interruption."
    },
    footer = {
      "",
      "Exit codes: 0 the last step is done; 1 it failed; 2 wrong usage.",
      "Example: ./voxelmill train --state /var/tmp/prior --steps 22000 --out prior.safetensors"
    })
final class TrainCommand implements Callable<Integer> {
  private static final int PAIRS = 100;

  @Spec CommandSpec spec;

  @ArgGroup(exclusive = true, multiplicity = "1")
  Aim aim;

  /** Either a run or a look at its result. */
  static final class Aim {
    @Option(
        names = "--state",
        paramLabel = "DIR",
        description = "Where the state is saved every few minutes, and continued from.")
    Path state;

    @Option(
        names = "--measure",
        paramLabel = "PAIRS",
        description = "Train nothing: judge the shipped prior on held-out pairs of each family.")
    int pairs;
  }

  @Option(
      names = "--steps",
      defaultValue = "22000",
      paramLabel = "N",
      description = {
        "Steps in all, of 36 target views each (default: ${DEFAULT-VALUE}).",
        "The learning rate falls over the last 30 %%, so change it before they begin."
      })
  int steps;

  @Option(
      names = "--seed",
      defaultValue = "20261120",
      description = "Of the initial weights and of every batch (default: ${DEFAULT-VALUE}).")
  long seed;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write the averaged weights there as float16 safetensors when done.")
  Path out;

  @Option(names = "--resolution", defaultValue = "32", description = "Pixels per side: 32 or 64.")
  int resolution;

  @Option(names = "--gpu", description = "Train on the first CUDA device instead of the CPU.")
  boolean gpu;

  @Option(
      names = "--half",
      description = {
        "Convolve in bfloat16 with all that the processor can do instead of AVX2 alone:",
        "a quarter faster where it has AVX-512 BF16, but the bits depend on the machine."
      })
  boolean half;

  @Option(
      names = "--threads",
      defaultValue = "1",
      description = "Threads per operator; part of what decides the bits (default: 1).")
  int threads;

  @Option(
      names = "--save-every",
      defaultValue = "PT5M",
      description = "Wall time between two saves, ISO 8601 (default: ${DEFAULT-VALUE}).")
  Duration saveEvery;

  @Option(
      names = "--evaluate-every",
      defaultValue = "500",
      paramLabel = "N",
      description = "Steps between two looks at held-out views (default: ${DEFAULT-VALUE}).")
  int evaluateEvery;

  @Option(names = "--json", description = "With --measure: print a JSON object per family.")
  boolean json;

  @Override
  public Integer call() {
    Torch torch = Torch.start(new TorchOptions(threads, gpu ? Device.gpu() : Device.cpu(), false));
    try (DeviceThread thread = DeviceThread.open("train")) {
      thread.run(
          () -> {
            try (NDManager owner = torch.newScope()) {
              if (aim.state == null) {
                measure(owner);
              } else {
                train(owner);
              }
            }
          });
    }
    return 0;
  }

  private void train(NDManager owner) throws IOException {
    PriorConfig network = PriorConfig.TOY.withResolution(resolution);
    TrainingPlan plan = TrainingPlan.standard(network, seed, steps, half);
    var examination = new TrainingRun.Examination(evaluateEvery, PAIRS);
    new TrainingRun(plan, aim.state, saveEvery, examination, this::report).run(owner);
    if (out != null) {
      PriorExport.write(owner, aim.state, network, out);
    }
  }

  private void measure(NDManager owner) {
    try (TrainedPrior prior = TrainedPrior.shipped(owner)) {
      for (ToyFamily family : TrainingPlan.FAMILIES) {
        HeldOutViews.Scores scores = new HeldOutViews(family, aim.pairs).measure(owner, prior);
        report(json ? asJson(family, scores) : asText(family, scores));
      }
    }
  }

  private String asText(ToyFamily family, HeldOutViews.Scores scores) {
    return String.format(
        Locale.ROOT,
        "%-7s pairs=%d psnr_db=%.2f [%.2f, %.2f] mask_iou=%.3f copy_of_input_psnr_db=%.2f",
        family,
        aim.pairs,
        scores.psnrDb().mean(),
        scores.psnrDb().low(),
        scores.psnrDb().high(),
        scores.maskIou(),
        scores.copyPsnrDb());
  }

  private String asJson(ToyFamily family, HeldOutViews.Scores scores) {
    return JsonCodec.mapper()
        .createObjectNode()
        .put("family", family.name())
        .put("pairs", aim.pairs)
        .put("psnrDb", scores.psnrDb().mean())
        .put("psnrDbLow", scores.psnrDb().low())
        .put("psnrDbHigh", scores.psnrDb().high())
        .put("maskIou", scores.maskIou())
        .put("copyOfInputPsnrDb", scores.copyPsnrDb())
        .toString();
  }

  private void report(String line) {
    PrintWriter lines = spec.commandLine().getOut();
    lines.println(line);
    lines.flush();
  }
}
