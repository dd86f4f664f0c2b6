package dev.voxelmill.gpu.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files made to hurt. The data of every header here is sixteen bytes unless it says otherwise. */
class HostileSafeTensorsTest {
  /** The longest text allowed, a character being two bytes, and half as much again. */
  private static final long ALLOWANCE_BYTES = 3 << 20;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]                                                                    | header",
        "{\"a\":3}                                                             | a",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4]}}                             | a",
        "{\"a\":{\"dtype\":\"F99\",\"shape\":[4],\"data_offsets\":[0,16]}}     | a.dtype",
        "{\"a\":{\"dtype\":7,\"shape\":[4],\"data_offsets\":[0,16]}}           | a.dtype",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[5],\"data_offsets\":[0,16]}}     | a.data_offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-4],\"data_offsets\":[0,16]}}    | a.shape",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4.0],\"data_offsets\":[0,16]}}   | a.shape",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":4,\"data_offsets\":[0,16]}}       | a.shape",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[9223372036854775807,2,0],\"data_offsets\":[0,16]}}"
            + "| a.shape",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904],\"data_offsets\":[0,16]}}"
            + "| a.shape",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[9223372036854775808],\"data_offsets\":[0,16]}}"
            + "| a.shape",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"
            + "\"data_offsets\":[0,1]}}| a.shape",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16,16]}}  | a.data_offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0]}}        | a.data_offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[16,0]}}     | a.data_offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[-16,0]}}    | a.data_offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":"
            + "[9223372036854775800,9223372036854775807]}}| a.data_offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[16,32]}}    | a",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}      | data",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[8],\"data_offsets\":[0,32]}}     | data",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16],\"x\":1}} | a",
        "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}"
            + "| a.dtype",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}| a",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]}}| b",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}x    | header",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}      | header",
        "{\"\\ud800\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}| header",
        "{\"__metadata__\":{\"k\":1}}                                 | __metadata__.k",
        "{\"__metadata__\":{\"k\":\"v\",\"k\":\"v\"}}                 | __metadata__.k",
        "{\"__metadata__\":{},\"__metadata__\":{}}                    | __metadata__",
        "{\"__metadata__\":[]}                                        | __metadata__",
      })
  void aHeaderThatBreaksARuleIsRefusedByKey(String header, String key) {
    byte[] file = file(header.strip().getBytes(StandardCharsets.UTF_8), 16);

    SafeTensorsException refusal =
        assertThrows(SafeTensorsException.class, () -> SafeTensors.of("hostile", file));

    assertEquals(key.strip(), refusal.key(), refusal.getMessage());
    assertEquals("hostile", refusal.file());
  }

  @Test
  void aHeaderThatIsNotUtf8IsRefused() {
    byte[] header =
        "{\"a?\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}"
            .getBytes(StandardCharsets.UTF_8);
    header[3] = (byte) 0xC0;

    SafeTensorsException refusal =
        assertThrows(SafeTensorsException.class, () -> SafeTensors.of("hostile", file(header, 16)));

    assertEquals("UTF-8", refusal.rule());
  }

  @ParameterizedTest
  @ValueSource(
      longs = {-1, 0, 1, 17, 100_000_001, Integer.MAX_VALUE, Long.MAX_VALUE, Long.MIN_VALUE})
  void aHeaderLengthThatCannotBeIsRefusedWithoutAllocatingIt(long length) {
    byte[] file = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();

    long allocated =
        allocatedBytes(
            () -> assertThrows(SafeTensorsException.class, () -> SafeTensors.of("hostile", file)));

    assertTrue(allocated < ALLOWANCE_BYTES, allocated + " bytes allocated");
  }

  @ParameterizedTest
  @ValueSource(longs = {99_000_000, 100_000_001, 1L << 40})
  void aHugeSparseFileIsRefusedInConstantMemory(long headerBytes, @TempDir Path directory)
      throws IOException {
    Path path = directory.resolve("sparse.safetensors");
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(8 + headerBytes);
      file.writeLong(Long.reverseBytes(headerBytes));
      file.writeByte('{');
    }

    long allocated =
        allocatedBytes(
            () -> assertThrows(SafeTensorsException.class, () -> SafeTensors.open(path)));

    assertTrue(allocated < ALLOWANCE_BYTES, allocated + " bytes allocated");
  }

  @Test
  void aNameOrNumberWithoutEndIsRefusedInConstantMemory() {
    byte[] name = new byte[50_000_000];
    Arrays.fill(name, (byte) 'n');
    name[0] = '{';
    name[1] = '"';
    byte[] number = new byte[50_000_000];
    Arrays.fill(number, (byte) '7');
    byte[] prefix = "{\"a\":{\"shape\":[".getBytes(StandardCharsets.UTF_8);
    System.arraycopy(prefix, 0, number, 0, prefix.length);

    for (byte[] header : new byte[][] {name, number}) {
      byte[] file = file(header, 16);
      long allocated =
          allocatedBytes(
              () -> assertThrows(SafeTensorsException.class, () -> SafeTensors.of("long", file)));

      assertTrue(allocated < ALLOWANCE_BYTES, allocated + " bytes allocated");
    }
  }

  @Property(tries = 2000)
  void anyChangedByteIsReadOrRefusedAndNothingElse(
      @ForAll @IntRange(max = 400) int position, @ForAll byte value) {
    byte[] file = valid();
    file[position % file.length] = value;

    openOrRefuse(file);
  }

  @Property(tries = 500)
  void anyPartOfAFileIsRefused(@ForAll @IntRange(max = 400) int length) {
    byte[] whole = valid();
    byte[] part = Arrays.copyOf(whole, length % whole.length);

    assertThrows(SafeTensorsException.class, () -> SafeTensors.of("part", part));
  }

  @Property(tries = 500)
  void anyBytesAreReadOrRefusedAndNothingElse(@ForAll @Size(max = 200) byte[] header) {
    openOrRefuse(file(header, 16));
  }

  @Property(tries = 1000)
  void anyTypeShapeAndOffsetsAreReadOrRefusedAndNothingElse(
      @ForAll("types") String type,
      @ForAll @Size(max = 4) List<Long> shape,
      @ForAll long begin,
      @ForAll long end) {
    openOrRefuse(file(header("a", type, shape, begin, end).getBytes(StandardCharsets.UTF_8), 16));
  }

  @Property(tries = 1000)
  void twoTensorsAreReadOnlyWhereTheyDoNotOverlap(
      @ForAll @IntRange(max = 16) int firstEnd,
      @ForAll @IntRange(max = 16) int secondBegin,
      @ForAll @IntRange(max = 16) int secondEnd) {
    String first = header("a", "U8", List.of((long) firstEnd), 0, firstEnd);
    String second =
        header("b", "U8", List.of((long) secondEnd - secondBegin), secondBegin, secondEnd);
    String both = first.substring(0, first.length() - 1) + "," + second.substring(1);
    boolean after = secondBegin == firstEnd && secondEnd == 16;
    boolean emptyBefore = secondBegin == 0 && secondEnd == 0 && firstEnd == 16;
    boolean sound = after || emptyBefore;

    try (SafeTensors tensors =
        SafeTensors.of("two", file(both.getBytes(StandardCharsets.UTF_8), 16))) {
      assertTrue(sound, both);
      assertEquals(2, tensors.entries().size());
    } catch (SafeTensorsException refused) {
      assertTrue(!sound, () -> both + ": " + refused.getMessage());
    }
  }

  @Provide
  Arbitrary<String> types() {
    return Arbitraries.of("F64", "I64", "F32", "I32", "F16", "BF16", "U8", "BOOL", "F99", "");
  }

  private static String header(String name, String type, List<Long> shape, long begin, long end) {
    return "{\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}}"
        .formatted(name, type, shape, begin, end);
  }

  private static void openOrRefuse(byte[] file) {
    try (SafeTensors tensors = SafeTensors.of("fuzzed", file)) {
      long bytes = tensors.entries().values().stream().mapToLong(SafeTensors.Entry::bytes).sum();
      assertTrue(bytes < file.length);
    } catch (SafeTensorsException e) {
      assertEquals("fuzzed", e.file());
    }
  }

  private static byte[] valid() {
    return new SafeTensorsWriter()
        .metadata("model", "toy")
        .add("first", new float[] {1, 2, 3, 4}, 2, 2)
        .add("second", new float[] {5}, 1)
        .toBytes();
  }

  private static byte[] file(byte[] header, int dataBytes) {
    return ByteBuffer.allocate(8 + header.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .array();
  }

  private static long allocatedBytes(Runnable work) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    work.run();
    long before = threads.getCurrentThreadAllocatedBytes();
    work.run();
    return threads.getCurrentThreadAllocatedBytes() - before;
  }
}
