package dev.voxelmill.gpu.convert;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Makes a diffusers folder of safetensors out of weights of another layout. */
public final class Conversion {
  private Conversion() {}

  /**
   * What a checkpoint of the original code does not tell.
   *
   * @param averaged whether the moving average of the UNet's weights is taken where there is one
   * @param prediction what the UNet predicts; if absent, as the published one of its kind
   * @param tokenizer a folder whose tokenizer is copied
   */
  public record Options(
      boolean averaged, Optional<Prediction> prediction, Optional<Path> tokenizer) {}

  /**
   * What was made.
   *
   * @param tensors how many were written
   * @param notes on what was assumed, left out or is still to be done, a line each
   */
  public record Converted(int tensors, List<String> notes) {
    public Converted {
      notes = List.copyOf(notes);
    }
  }

  /**
   * Converts a checkpoint of the original code, or a diffusers folder whose weights are pickles.
   *
   * @param source a {@code .ckpt} or {@code .safetensors} file, or the folder
   * @param folder where to; made, its files replaced
   * @throws CheckpointException when a file is not what it should be
   */
  public static Converted convert(Path source, Path folder, Options options) throws IOException {
    if (Files.isDirectory(source)) {
      return new PickledFolder(source, folder).convert();
    }
    try (Checkpoint checkpoint = Checkpoint.open(source)) {
      return new OriginalConversion(checkpoint, folder, options).run();
    }
  }
}
