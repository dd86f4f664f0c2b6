package dev.voxelmill.gpu.convert;

import dev.voxelmill.gpu.convert.Pickled.Plain;
import dev.voxelmill.gpu.convert.Pickled.Table;
import dev.voxelmill.gpu.convert.Pickled.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** A {@code torch.save} file: an archive of one pickle and the bytes of its storages. */
final class TorchCheckpoint implements Checkpoint {
  private static final String PICKLE = "/data.pkl";
  private static final long MOST_PICKLE = 256L << 20;
  private static final String STATE = "state_dict";
  private static final String STEP = "global_step";

  private final ZipFile archive;
  private final String root;
  private final Map<String, Tensor> tensors;
  private final OptionalLong savedAt;

  private TorchCheckpoint(ZipFile archive, String root, Map<String, Pickled> top) {
    this.archive = archive;
    this.root = root;
    tensors = tensors(top);
    savedAt =
        top.get(STEP) instanceof Plain(Long step) ? OptionalLong.of(step) : OptionalLong.empty();
  }

  /**
   * Opens a file and reads its pickle, no tensor.
   *
   * @throws CheckpointException when it is not such a file, or holds what is refused
   */
  static TorchCheckpoint open(Path file) throws IOException {
    ZipFile archive;
    try {
      archive = new ZipFile(file.toFile());
    } catch (ZipException e) {
      throw new CheckpointException(
          file.toString(), "no archive", "a file of torch.save since torch 1.6");
    }
    try {
      ZipEntry pickle =
          archive.stream()
              .filter(entry -> entry.getName().endsWith(PICKLE))
              .findFirst()
              .orElseThrow(
                  () -> new CheckpointException(file.toString(), "no data.pkl", "one pickle"));
      if (pickle.getSize() > MOST_PICKLE) {
        throw new CheckpointException(
            "pickle", pickle.getSize() + " bytes", "at most " + MOST_PICKLE);
      }
      byte[] code;
      try (InputStream in = archive.getInputStream(pickle)) {
        code = in.readNBytes((int) MOST_PICKLE);
      }
      String name = pickle.getName();
      String root = name.substring(0, name.length() - PICKLE.length() + 1);
      return new TorchCheckpoint(archive, root, entries(PickleReader.read(code)));
    } catch (IOException | RuntimeException e) {
      archive.close();
      throw e;
    }
  }

  private static Map<String, Pickled> entries(Pickled content) {
    if (content instanceof Table(Map<String, Pickled> entries)) {
      return entries;
    }
    throw new CheckpointException("pickle", "no dictionary", "a dictionary of tensors");
  }

  /** Weights stand under {@code state_dict}, or at the top. */
  private static Map<String, Tensor> tensors(Map<String, Pickled> top) {
    Map<String, Pickled> state =
        top.get(STATE) instanceof Table(Map<String, Pickled> inner) ? inner : top;
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    state.forEach(
        (name, value) -> {
          if (value instanceof Tensor tensor) {
            tensors.put(name, tensor);
          }
        });
    return tensors;
  }

  @Override
  public Map<String, Tensor> tensors() {
    return tensors;
  }

  @Override
  public OptionalLong savedAt() {
    return savedAt;
  }

  @Override
  public InputStream bytes(Tensor tensor, long first) throws IOException {
    String name = root + "data/" + tensor.storage().entry();
    ZipEntry entry = archive.getEntry(name);
    long wanted =
        Math.multiplyExact(
            tensor.storage().elements(), StoredElements.of(tensor.storage().type()).bytes());
    if (entry == null || entry.getSize() != wanted) {
      throw new CheckpointException(
          name, entry == null ? "missing" : entry.getSize() + " bytes", wanted + " bytes");
    }
    InputStream in = archive.getInputStream(entry);
    in.skipNBytes((tensor.offset() + first) * StoredElements.of(tensor.storage().type()).bytes());
    return in;
  }

  @Override
  public void close() throws IOException {
    archive.close();
  }
}
