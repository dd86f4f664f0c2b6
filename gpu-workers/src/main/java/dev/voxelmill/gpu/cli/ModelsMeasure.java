package dev.voxelmill.gpu.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.voxelmill.gpu.bench.ModelsBench;
import dev.voxelmill.gpu.bench.PeerProcess;
import dev.voxelmill.gpu.bench.TemporaryFolder;
import dev.voxelmill.gpu.engine.DeviceThread;
import dev.voxelmill.gpu.engine.StoredType;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.models.Likeness;
import dev.voxelmill.gpu.models.Synthesis;
import dev.voxelmill.gpu.nn.script.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** The options of {@code bench models}, and how it is run. */
final class ModelsMeasure {
  private static final double GIGABYTE = 1e9;

  @Option(
      names = "--model",
      paramLabel = "FOLDER",
      description = {
        "models: a diffusers folder (default: one of random weights in the shape of Stable",
        "Diffusion 2.1, written to a temporary folder)."
      })
  private Optional<Path> model = Optional.empty();

  @Option(
      names = "--precision",
      defaultValue = "FLOAT32",
      paramLabel = "TYPE",
      description = "models: FLOAT32, BFLOAT16 or FLOAT16 (default: ${DEFAULT-VALUE}).")
  private Precision precision = Precision.FLOAT32;

  @Option(
      names = "--diffusers",
      paramLabel = "SRC",
      description = {
        "models: src of a clone of diffusers v0.20.2, for the same in Python with the",
        "distribution's PyTorch."
      })
  private Optional<Path> diffusers = Optional.empty();

  /** Puts the figures under {@code models}. */
  void measure(Supplier<Torch> torch, int threads, int rounds, ObjectNode figures)
      throws IOException {
    if (model.isPresent()) {
      measure(model.get(), torch, threads, rounds, figures);
      return;
    }
    try (TemporaryFolder folder = TemporaryFolder.create()) {
      Synthesis.write(folder.path(), Likeness.SD21, StoredType.F16, 0, file -> {});
      measure(folder.path(), torch, threads, rounds, figures);
    }
  }

  private void measure(
      Path folder, Supplier<Torch> torch, int threads, int rounds, ObjectNode figures)
      throws IOException {
    Path unet = folder.resolve("unet");
    Optional<PeerProcess> peer =
        diffusers.isPresent()
            ? Optional.of(PeerProcess.start(home(), diffusers.get(), unet, threads))
            : Optional.empty();
    try (DeviceThread thread = DeviceThread.open("bench")) {
      put(
          figures,
          thread.call(() -> ModelsBench.measure(torch.get(), unet, precision, rounds, peer)));
    } finally {
      peer.ifPresent(PeerProcess::close);
    }
  }

  private static void put(ObjectNode figures, ModelsBench.Figures measured) {
    figures.put("models.openSeconds", measured.openSeconds());
    figures.put("models.firstStepSeconds", measured.firstStepSeconds());
    figures.put("models.stepSeconds", measured.medianStepSeconds());
    figures.put("models.peakResidentGb", measured.peakResidentBytes() / GIGABYTE);
    measured
        .peer()
        .ifPresent(
            python -> {
              figures.put("models.pythonOpenSeconds", python.openSeconds());
              figures.put("models.pythonStepSeconds", python.medianStepSeconds());
              figures.put("models.pythonPeakResidentGb", python.peakResidentBytes() / GIGABYTE);
              figures.put("models.largestDifference", python.largestDifference());
            });
  }

  private static Path home() {
    return Path.of(System.getProperty("voxelmill.home"));
  }
}
