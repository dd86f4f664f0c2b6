package dev.voxelmill.gpu.task;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.diffusion.ViewPriorModel;
import dev.voxelmill.gpu.engine.SafeTensors;
import dev.voxelmill.gpu.nn.TrainedPrior;
import dev.voxelmill.protocols.job.Sha256;
import dev.voxelmill.protocols.worker.TaskOutput.ModelUse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The weights of a prior and what assets say about them.
 *
 * @param bytes safetensors that training exported
 * @param use name, hash of the bytes, licence
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record PriorFile(byte[] bytes, ModelUse use) {
  private static final String LICENCE = "Apache-2.0";

  /** The weights in a file, or without one the shipped ones. */
  public static PriorFile of(Optional<Path> file) {
    return file.map(PriorFile::read).orElseGet(PriorFile::shipped);
  }

  private static PriorFile shipped() {
    return named("toy-prior", TrainedPrior.shippedBytes());
  }

  private static PriorFile read(Path file) {
    try {
      return named(file.getFileName().toString(), Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the prior " + file, e);
    }
  }

  private static PriorFile named(String name, byte[] bytes) {
    return new PriorFile(bytes, new ModelUse(name, Sha256.hex(bytes), LICENCE));
  }

  /** The model on the device; on a device thread. */
  public ViewPriorModel load(NDManager device) {
    try (SafeTensors file = SafeTensors.of(use.name(), bytes)) {
      return TrainedPrior.read(device, file);
    }
  }
}
