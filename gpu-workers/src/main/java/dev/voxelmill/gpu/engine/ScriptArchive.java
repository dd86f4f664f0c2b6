package dev.voxelmill.gpu.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Packs TorchScript text into the archive that {@code torch::jit::load} reads.
 *
 * <p>The archive is a zip of stored entries: the source under {@code code/}, an empty tuple of
 * constants, a format version, and {@code data.pkl}, a pickle of protocol 2 that creates one object
 * of the class and sets its attributes. The same source gives the same bytes. Reference: {@code
 * torch/csrc/jit/serialization} (pickler.h for the opcodes) of PyTorch 2.7.
 */
final class ScriptArchive {
  /** One folder holds everything; libtorch takes its name from the first entry. */
  private static final String ROOT = "kernel/";

  private static final String TYPED_LIST_MODULE = "torch.jit._pickle";

  private static final int PROTO = 0x80;
  private static final int NEWOBJ = 0x81;
  private static final int NEWTRUE = 0x88;
  private static final int NEWFALSE = 0x89;
  private static final int LONG1 = 0x8a;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private ScriptArchive() {}

  static byte[] pack(KernelSource source) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      store(zip, "data.pkl", new ScriptArchive().object(source));
      store(zip, "code/__torch__.py", source.text().getBytes(StandardCharsets.UTF_8));
      store(zip, "constants.pkl", new byte[] {(byte) PROTO, 2, ')', '.'});
      store(zip, "version", "10\n".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot pack " + source.className(), e);
    }
    return bytes.toByteArray();
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(ROOT + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  private byte[] object(KernelSource source) {
    op(PROTO).op(2);
    global("__torch__", source.className());
    op(')').op(NEWOBJ).op('}').op('(');
    text("training").value(false);
    new TreeMap<>(source.attributes()).forEach((name, value) -> text(name).value(value));
    op('u').op('b').op('.');
    return out.toByteArray();
  }

  private ScriptArchive value(Object value) {
    return switch (value) {
      case Boolean flag -> op(flag ? NEWTRUE : NEWFALSE);
      case Integer number -> whole(number);
      case Long number -> whole(number);
      case Double number -> real(number);
      case String string -> text(string);
      case long[] numbers -> list("build_intlist", () -> items(numbers));
      case double[] numbers -> list("build_doublelist", () -> items(numbers));
      case List<?> list when list.isEmpty() -> list("build_tensorlist", () -> {});
      case Map<?, ?> dict when dict.isEmpty() -> op('}');
      default ->
          throw new IllegalArgumentException(
              "attribute: "
                  + value
                  + " (expected: Boolean, Integer, Long, Double, String, long[], double[] or an"
                  + " empty List or Map; fix: fill tensors through Kernel.register)");
    };
  }

  /** Without its typed constructor a list unpickles as a generic one, which no attribute takes. */
  private ScriptArchive list(String constructor, Runnable items) {
    global(TYPED_LIST_MODULE, constructor);
    op('(').op(']').op('(');
    items.run();
    return op('e').op('t').op('R');
  }

  private void items(long[] numbers) {
    for (long number : numbers) {
      whole(number);
    }
  }

  private void items(double[] numbers) {
    for (double number : numbers) {
      real(number);
    }
  }

  private ScriptArchive whole(long number) {
    op(LONG1).op(Long.BYTES);
    return raw(
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(number).array());
  }

  private ScriptArchive real(double number) {
    return op('G').raw(ByteBuffer.allocate(Double.BYTES).putDouble(number).array());
  }

  private ScriptArchive text(String string) {
    byte[] utf8 = string.getBytes(StandardCharsets.UTF_8);
    op('X').raw(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(utf8.length).array());
    return raw(utf8);
  }

  private void global(String module, String name) {
    op('c').raw((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private ScriptArchive raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  private ScriptArchive op(int opcode) {
    out.write(opcode);
    return this;
  }
}
