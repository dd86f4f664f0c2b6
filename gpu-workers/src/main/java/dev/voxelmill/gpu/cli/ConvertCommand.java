package dev.voxelmill.gpu.cli;

import dev.voxelmill.gpu.convert.CheckpointException;
import dev.voxelmill.gpu.convert.Zero123Conversion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes safetensors out of a pickled checkpoint, without running anything that is in it. */
@Command(
    name = "convert",
    description = {
      "Turn a pickled checkpoint of Zero-1-to-3 into a diffusers folder of safetensors.",
      "The pickle is read as data: nothing in it is run, and what is no tensor is refused."
    },
    footer = {
      "",
      "Exit codes: 0 converted; 1 the checkpoint is refused; 2 wrong usage; 3 no such file.",
      "Example: ./voxelmill models convert zero123-xl.ckpt --out models/zero123-xl"
    })
final class ConvertCommand implements Callable<Integer> {
  private static final int NOT_FOUND = 3;

  @Spec CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "The checkpoint, a .ckpt file.")
  Path file;

  @Option(names = "--out", paramLabel = "DIR", required = true, description = "The folder to make.")
  Path folder;

  @Option(names = "--plain", description = "Take the weights themselves, not their moving average.")
  boolean plain;

  @Override
  public Integer call() throws IOException {
    if (!Files.isRegularFile(file)) {
      spec.commandLine().getErr().println("file: " + file + " (expected: a file that exists)");
      return NOT_FOUND;
    }
    try {
      int tensors = Zero123Conversion.convert(file, folder, !plain);
      spec.commandLine().getOut().println(tensors + " tensors in " + folder);
      return 0;
    } catch (CheckpointException e) {
      spec.commandLine().getErr().println(e.getMessage());
      return 1;
    }
  }
}
