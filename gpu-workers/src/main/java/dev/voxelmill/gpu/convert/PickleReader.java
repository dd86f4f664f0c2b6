package dev.voxelmill.gpu.convert;

import dev.voxelmill.gpu.convert.Pickled.Inert;
import dev.voxelmill.gpu.convert.Pickled.Items;
import dev.voxelmill.gpu.convert.Pickled.Mark;
import dev.voxelmill.gpu.convert.Pickled.Name;
import dev.voxelmill.gpu.convert.Pickled.Plain;
import dev.voxelmill.gpu.convert.Pickled.Storage;
import dev.voxelmill.gpu.convert.Pickled.Table;
import dev.voxelmill.gpu.convert.Pickled.Tensor;
import dev.voxelmill.gpu.convert.Pickled.Tuple;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the pickle of a {@code torch.save} file (protocol 2, as torch writes it) as data.
 *
 * <p>A pickle is a program: {@code GLOBAL} names a callable and {@code REDUCE} calls it. Here
 * nothing is called. Two names mean something, torch's rebuilding of a tensor and the ordered
 * dictionary; names of training frameworks and numpy's numbers give an inert object; every other
 * name is refused, and so is every instruction that torch does not write.
 */
final class PickleReader {
  private static final int MOST_ITEMS = 4_000_000;
  private static final long MOST_ELEMENTS = 1L << 40;
  private static final List<String> INERT =
      List.of("pytorch_lightning.", "lightning.", "lightning_fabric.", "omegaconf.", "numpy");

  /** What the bytes of numpy's numbers come out of, in pickles of protocol 2. */
  private static final Name BYTES_OF_TEXT = new Name("_codecs", "encode");

  private final ByteBuffer code;
  private final Deque<Pickled> stack = new ArrayDeque<>();
  private final Map<Integer, Pickled> memo = new HashMap<>();

  private PickleReader(byte[] code) {
    this.code = ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * The object that the pickle describes.
   *
   * @throws CheckpointException naming the instruction or the name that is refused
   */
  static Pickled read(byte[] code) {
    try {
      return new PickleReader(code).run();
    } catch (BufferUnderflowException e) {
      throw new CheckpointException("pickle", "cut off", "a whole program");
    }
  }

  private Pickled run() {
    while (true) {
      int instruction = Byte.toUnsignedInt(code.get());
      if (instruction == '.') {
        return pop();
      }
      step(instruction);
      if (stack.size() > MOST_ITEMS || memo.size() > MOST_ITEMS) {
        throw new CheckpointException("pickle", "more items", "at most " + MOST_ITEMS);
      }
    }
  }

  private void step(int instruction) {
    switch (instruction) {
      case 0x80 -> code.get();
      case '(' -> stack.push(new Mark());
      case '}' -> stack.push(new Table());
      case ']' -> stack.push(new Items());
      case ')' -> stack.push(new Tuple(List.of()));
      case 'N' -> stack.push(new Plain(null));
      case 0x88 -> stack.push(new Plain(true));
      case 0x89 -> stack.push(new Plain(false));
      case 'K' -> stack.push(new Plain((long) Byte.toUnsignedInt(code.get())));
      case 'M' -> stack.push(new Plain((long) Short.toUnsignedInt(code.getShort())));
      case 'J' -> stack.push(new Plain((long) code.getInt()));
      case 0x8a -> stack.push(new Plain(small(Byte.toUnsignedInt(code.get()))));
      case 'G' -> stack.push(new Plain(Double.longBitsToDouble(Long.reverseBytes(code.getLong()))));
      case 'X' -> stack.push(new Plain(text(code.getInt())));
      case 'U', 'C' -> stack.push(new Plain(text(Byte.toUnsignedInt(code.get()))));
      case 'q' -> memo.put(Byte.toUnsignedInt(code.get()), peek());
      case 'r' -> memo.put(code.getInt(), peek());
      case 'h' -> stack.push(remembered(Byte.toUnsignedInt(code.get())));
      case 'j' -> stack.push(remembered(code.getInt()));
      case 't' -> stack.push(new Tuple(group()));
      case 0x85, 0x86, 0x87 -> stack.push(new Tuple(last(instruction - 0x84)));
      case 'a' -> append(last(1));
      case 'e' -> append(group());
      case 's' -> put(last(2));
      case 'u' -> put(group());
      case 'c' -> stack.push(name(line(), line()));
      case 'Q' -> stack.push(storage(pop()));
      case 'R', 0x81 -> stack.push(made(last(2)));
      case 'b' -> pop();
      default ->
          throw new CheckpointException(
              "instruction",
              "0x%02x at byte %d".formatted(instruction, code.position() - 1),
              "one that torch writes");
    }
  }

  private static Name name(String module, String name) {
    boolean tensors =
        (module.equals("torch._utils")
                && (name.equals("_rebuild_tensor_v2") || name.equals("_rebuild_parameter")))
            || (module.equals("collections") && name.equals("OrderedDict"))
            || (module.equals("torch") && StoredElements.knows(name));
    Name found = new Name(module, name);
    if (!tensors && !found.equals(BYTES_OF_TEXT) && INERT.stream().noneMatch(module::startsWith)) {
      throw new CheckpointException(
          "name", module + "." + name, "tensors and plain data; nothing else is ever made here");
    }
    return found;
  }

  /**
   * The result of a call that is not made: a tensor, an empty dictionary or nothing of interest.
   */
  private static Pickled made(List<Pickled> call) {
    if (!(call.getFirst() instanceof Name(String module, String name))
        || !(call.getLast() instanceof Tuple(List<Pickled> arguments))) {
      return new Inert();
    }
    return switch (module + "." + name) {
      case "collections.OrderedDict" -> new Table();
      case "torch._utils._rebuild_tensor_v2" -> tensor(arguments);
      case "torch._utils._rebuild_parameter" ->
          arguments.isEmpty() ? new Inert() : arguments.getFirst();
      default -> new Inert();
    };
  }

  private static Tensor tensor(List<Pickled> arguments) {
    if (arguments.size() >= 4
        && arguments.get(0) instanceof Storage storage
        && arguments.get(1) instanceof Plain(Long offset)
        && arguments.get(2) instanceof Tuple(List<Pickled> sizes)
        && arguments.get(3) instanceof Tuple(List<Pickled> strides)) {
      Tensor tensor = new Tensor(storage, offset, numbers(sizes), numbers(strides));
      if (!liesWithin(tensor)) {
        throw new CheckpointException(
            "tensor",
            "%s by %s at %d".formatted(tensor.shape(), tensor.strides(), offset),
            "within its storage of " + storage.elements());
      }
      return tensor;
    }
    throw new CheckpointException("tensor", "other arguments", "storage, offset, shape, strides");
  }

  private static boolean liesWithin(Tensor tensor) {
    long stored = tensor.storage().elements();
    try {
      return tensor.strides().size() == RowOrder.strides(tensor.shape()).size()
          && tensor.elements() <= stored
          && tensor.offset() >= 0
          && Math.addExact(tensor.offset(), RowOrder.span(tensor)) <= stored;
    } catch (ArithmeticException e) {
      return false; // beyond all numbers
    }
  }

  private static List<Long> numbers(List<Pickled> items) {
    List<Long> numbers = new ArrayList<>();
    for (Pickled item : items) {
      if (!(item instanceof Plain(Long number)) || number < 0) {
        throw new CheckpointException("tensor", item.toString(), "whole numbers from 0 on");
      }
      numbers.add(number);
    }
    return numbers;
  }

  /** {@code ('storage', type, entry, device, elements)}. */
  private static Storage storage(Pickled id) {
    if (id instanceof Tuple(List<Pickled> parts)
        && parts.size() >= 5
        && parts.get(1) instanceof Name(String module, String type)
        && module.equals("torch")
        && StoredElements.knows(type)
        && parts.get(2) instanceof Plain(String entry)
        && parts.get(4) instanceof Plain(Long elements)
        && elements >= 0
        && elements <= MOST_ELEMENTS) {
      return new Storage(type, entry, elements);
    }
    throw new CheckpointException("storage", id.toString(), "a typed storage of the file");
  }

  private void append(List<Pickled> items) {
    if (peek() instanceof Items(List<Pickled> list)) {
      list.addAll(items);
    }
  }

  private void put(List<Pickled> pairs) {
    if (peek() instanceof Table(Map<String, Pickled> table)) {
      for (int i = 0; i + 1 < pairs.size(); i += 2) {
        if (pairs.get(i) instanceof Plain(String key)) {
          table.put(key, pairs.get(i + 1));
        }
      }
    }
  }

  private List<Pickled> group() {
    List<Pickled> items = new ArrayList<>();
    while (!(peek() instanceof Mark)) {
      items.addFirst(pop());
    }
    pop();
    return items;
  }

  private List<Pickled> last(int count) {
    List<Pickled> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.addFirst(pop());
    }
    return items;
  }

  private Pickled remembered(int index) {
    Pickled item = memo.get(index);
    if (item == null) {
      throw new CheckpointException("memo", Integer.toString(index), "something put there before");
    }
    return item;
  }

  private Pickled peek() {
    if (stack.isEmpty()) {
      throw new CheckpointException("stack", "empty", "something put there before");
    }
    return stack.peek();
  }

  private Pickled pop() {
    peek();
    return stack.pop();
  }

  private long small(int bytes) {
    if (bytes > Long.BYTES) {
      throw new CheckpointException("number", bytes + " bytes", "at most " + Long.BYTES);
    }
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      long one = code.get();
      value = i == bytes - 1 ? value | (one << (8 * i)) : value | ((one & 0xff) << (8 * i));
    }
    return value;
  }

  private String text(int bytes) {
    if (bytes < 0 || bytes > code.remaining()) {
      throw new CheckpointException("text", bytes + " bytes", "no longer than the file");
    }
    byte[] text = new byte[bytes];
    code.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }

  private String line() {
    StringBuilder line = new StringBuilder();
    for (int one = code.get(); one != '\n'; one = code.get()) {
      line.append((char) one);
    }
    return line.toString();
  }
}
