package dev.voxelmill.gpu.convert;

import dev.voxelmill.gpu.engine.SafeTensorsWriter;
import dev.voxelmill.gpu.fixtures.FixtureTensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes files as torch.save does: a state of named tensors in an archive, or any pickle. */
final class TorchFile {
  private final Map<String, FixtureTensor> tensors = new LinkedHashMap<>();
  private final ByteArrayOutputStream pickle = new ByteArrayOutputStream();
  private final Map<String, List<Integer>> strides = new HashMap<>();
  private int savedAt;

  TorchFile put(String name, FixtureTensor tensor) {
    tensors.put(name, tensor);
    return this;
  }

  /** Adds a tensor that lies in its storage in another order than row by row. */
  TorchFile put(String name, FixtureTensor tensor, List<Integer> strides) {
    tensors.put(name, tensor);
    this.strides.put(name, strides);
    return this;
  }

  /** The step of training that a checkpoint was saved at. */
  void savedAt(int step) {
    savedAt = step;
  }

  /** A program that runs a command of the shell when a library of pickles loads it. */
  static byte[] program(String command) {
    TorchFile file = new TorchFile();
    file.global("posix", "system");
    file.code('(');
    file.text(command);
    file.code('t', 'R', '.');
    return file.pickle.toByteArray();
  }

  /** An OrderedDict of tensors. */
  void writeState(Path file) throws IOException {
    code(0x80, 2);
    Map<String, byte[]> storages = state();
    code('.');
    archive(file, pickle.toByteArray(), storages);
  }

  /**
   * {@code {'epoch': 3, 'global_step': .., 'callbacks': <a class>, 'best': <a number of numpy's>,
   * 'state_dict': OrderedDict of tensors}}.
   */
  void writeTo(Path file) throws IOException {
    code(0x80, 2, '}', '(');
    text("epoch");
    code('K', 3);
    text("global_step");
    number(savedAt);
    text("best");
    numpyNumber();
    text("callbacks");
    global("pytorch_lightning.callbacks", "ModelCheckpoint");
    text("state_dict");
    Map<String, byte[]> storages = state();
    code('u', '.');
    archive(file, pickle.toByteArray(), storages);
  }

  /** The tensors as safetensors. */
  void writeSafely(Path file) throws IOException {
    SafeTensorsWriter writer = new SafeTensorsWriter();
    tensors.forEach(
        (name, tensor) ->
            writer.add(
                name,
                tensor.floats(),
                tensor.shape().stream().mapToLong(Integer::longValue).toArray()));
    Files.write(file, writer.toBytes());
  }

  /** {@code scalar(dtype('f8'), encode('..', 'latin1'))}, as protocol 2 has it. */
  private void numpyNumber() {
    global("numpy.core.multiarray", "scalar");
    global("numpy", "dtype");
    text("f8");
    code(0x89, 0x88, 0x87, 'R');
    global("_codecs", "encode");
    text("12345678");
    text("latin1");
    code(0x86, 'R', 0x86, 'R');
  }

  /** Writes the tensors; gives the bytes of their storages. */
  private Map<String, byte[]> state() {
    global("collections", "OrderedDict");
    code(')', 'R', '(');
    Map<String, byte[]> storages = new LinkedHashMap<>();
    for (Map.Entry<String, FixtureTensor> entry : tensors.entrySet()) {
      FixtureTensor tensor = entry.getValue();
      byte[] bytes = new byte[tensor.bytes().remaining()];
      tensor.bytes().duplicate().get(bytes);
      String storage = Integer.toString(storages.size());
      storages.put(storage, bytes);
      text(entry.getKey());
      tensor(storage, tensor, strides.getOrDefault(entry.getKey(), rows(tensor.shape())));
    }
    code('u');
    return storages;
  }

  static void archive(Path file, byte[] code, Map<String, byte[]> storages) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("archive/data.pkl"));
      zip.write(code);
      for (Map.Entry<String, byte[]> storage : storages.entrySet()) {
        zip.putNextEntry(new ZipEntry("archive/data/" + storage.getKey()));
        zip.write(storage.getValue());
      }
      zip.putNextEntry(new ZipEntry("archive/version"));
      zip.write("3\n".getBytes(StandardCharsets.UTF_8));
    }
  }

  private static List<Integer> rows(List<Integer> shape) {
    return IntStream.rangeClosed(1, shape.size())
        .mapToObj(axis -> shape.subList(axis, shape.size()).stream().reduce(1, Math::multiplyExact))
        .toList();
  }

  private void tensor(String storage, FixtureTensor tensor, List<Integer> elementsApart) {
    global("torch._utils", "_rebuild_tensor_v2");
    code('(', '(');
    text("storage");
    global("torch", "FloatStorage");
    text(storage);
    text("cpu");
    number(tensor.size());
    code('t', 'Q', 'K', 0, '(');
    List<Integer> shape = tensor.shape();
    shape.forEach(this::number);
    code('t', '(');
    elementsApart.forEach(this::number);
    code('t', 0x89);
    global("collections", "OrderedDict");
    code(')', 'R', 't', 'R');
  }

  private void number(int value) {
    code('J');
    pickle.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
  }

  private void text(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    code('X');
    pickle.writeBytes(
        ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(bytes.length).array());
    pickle.writeBytes(bytes);
  }

  private void global(String module, String name) {
    pickle.writeBytes(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private void code(int... bytes) {
    for (int one : bytes) {
      pickle.write(one);
    }
  }
}
