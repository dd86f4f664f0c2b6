package dev.voxelmill.gpu.convert;

import dev.voxelmill.gpu.convert.Pickled.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;

/** Named tensors in a file, and their bytes. */
sealed interface Checkpoint extends AutoCloseable permits TorchCheckpoint, SafeTensorsCheckpoint {

  /**
   * Opens a file and reads what describes its tensors, none of them.
   *
   * @param file of safetensors if its name says so, else of {@code torch.save}
   * @throws CheckpointException when it is not such a file, or holds what is refused
   */
  static Checkpoint open(Path file) throws IOException {
    return file.getFileName().toString().endsWith(".safetensors")
        ? SafeTensorsCheckpoint.open(file)
        : TorchCheckpoint.open(file);
  }

  Map<String, Tensor> tensors();

  /** The step of training at which the file says it was saved. */
  OptionalLong savedAt();

  /** A tensor, by a name that must be there. */
  default Tensor tensor(String name) {
    Tensor tensor = tensors().get(name);
    if (tensor == null) {
      throw new CheckpointException(name, "missing", "a tensor of this name");
    }
    return tensor;
  }

  /** The bytes of a tensor from one of its elements on; the reader closes them. */
  InputStream bytes(Tensor tensor, long first) throws IOException;

  @Override
  void close() throws IOException;
}
