package dev.voxelmill.gpu.convert;

import dev.voxelmill.gpu.convert.Pickled.Storage;
import dev.voxelmill.gpu.convert.Pickled.Tensor;
import dev.voxelmill.gpu.engine.SafeTensors;
import dev.voxelmill.gpu.engine.SafeTensorsException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/** A file of safetensors, whose names may be those of the original code. */
final class SafeTensorsCheckpoint implements Checkpoint {
  private final Path file;
  private final SafeTensors stored;
  private final long dataStart;
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  private SafeTensorsCheckpoint(Path file, SafeTensors stored) throws IOException {
    this.file = file;
    this.stored = stored;
    long dataBytes =
        stored.entries().values().stream().mapToLong(SafeTensors.Entry::end).max().orElse(0);
    dataStart = Files.size(file) - dataBytes; // tensors fill the data without gaps
    stored
        .entries()
        .forEach(
            (name, entry) -> {
              String storage = StoredElements.storage(entry.type().name());
              tensors.put(
                  name,
                  Tensor.whole(
                      new Storage(storage, name, entry.shape().size()),
                      Arrays.stream(entry.shape().getShape()).boxed().toList()));
            });
  }

  static SafeTensorsCheckpoint open(Path file) throws IOException {
    SafeTensors stored;
    try {
      stored = SafeTensors.open(file);
    } catch (SafeTensorsException e) {
      throw new CheckpointException(e.key(), e.found(), e.rule()).of(file);
    }
    try {
      return new SafeTensorsCheckpoint(file, stored);
    } catch (IOException | RuntimeException e) {
      stored.close();
      throw e;
    }
  }

  @Override
  public Map<String, Tensor> tensors() {
    return tensors;
  }

  @Override
  public OptionalLong savedAt() {
    return OptionalLong.empty();
  }

  @Override
  public InputStream bytes(Tensor tensor, long first) throws IOException {
    InputStream in = Files.newInputStream(file);
    String name = tensor.storage().entry();
    long bytes = StoredElements.of(tensor.storage().type()).bytes();
    in.skipNBytes(dataStart + stored.entries().get(name).begin() + first * bytes);
    return in;
  }

  @Override
  public void close() {
    stored.close();
  }
}
