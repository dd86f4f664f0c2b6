package dev.voxelmill.gpu.cli;

import dev.voxelmill.gpu.convert.CheckpointException;
import dev.voxelmill.gpu.convert.Conversion;
import dev.voxelmill.gpu.convert.Prediction;
import dev.voxelmill.gpu.nn.folder.ModelFolderException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Makes a diffusers folder of weights of another layout, without running what is in them. */
@Command(
    name = "convert",
    description = {
      "Make a diffusers folder of safetensors out of a checkpoint of the original code, of",
      "Zero-1-to-3 or Stable Diffusion 1 or 2 (.ckpt or .safetensors), or of a folder of .bin files.",
      "Pickles are read as data: nothing in them is run, and what is no tensor is refused."
    },
    footer = {
      "",
      "Exit codes: 0 converted; 1 the weights are refused; 2 wrong usage; 3 no such file or folder.",
      "Example: ./voxelmill models convert zero123-xl.ckpt --out models/zero123-xl"
    })
final class ConvertCommand implements Callable<Integer> {
  private static final int NOT_FOUND = 3;

  @Spec CommandSpec spec;

  @Parameters(paramLabel = "SOURCE", description = "A checkpoint, or a folder.")
  Path source;

  @Option(names = "--out", paramLabel = "DIR", required = true, description = "The folder to make.")
  Path folder;

  @Option(
      names = "--plain",
      description = "Of a checkpoint: take the weights themselves, not their moving average.")
  boolean plain;

  @Option(
      names = "--prediction",
      paramLabel = "KIND",
      converter = PredictionWord.class,
      description =
          "Of a checkpoint: what the UNet predicts, epsilon or v_prediction"
              + " (default: as the published model of its kind).")
  private Optional<Prediction> prediction = Optional.empty();

  @Option(
      names = "--tokenizer",
      paramLabel = "DIR",
      description = "Of a checkpoint of Stable Diffusion: a tokenizer to copy, as it holds none.")
  private Optional<Path> tokenizer = Optional.empty();

  /** Reads a kind of prediction. */
  static final class PredictionWord implements ITypeConverter<Prediction> {
    @Override
    public Prediction convert(String word) {
      return Arrays.stream(Prediction.values())
          .filter(one -> one.word().equals(word))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'%s' (expected: epsilon or v_prediction)".formatted(word)));
    }
  }

  @Override
  public Integer call() throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    if (!Files.exists(source)) {
      err.println("source: " + source + " (expected: a file or a folder that exists)");
      return NOT_FOUND;
    }
    try {
      Conversion.Converted made =
          Conversion.convert(source, folder, new Conversion.Options(!plain, prediction, tokenizer));
      spec.commandLine().getOut().println(made.tensors() + " tensors in " + folder);
      made.notes().forEach(spec.commandLine().getOut()::println);
      return 0;
    } catch (CheckpointException | ModelFolderException e) {
      err.println(e.getMessage());
      return 1;
    }
  }
}
