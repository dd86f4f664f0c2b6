package dev.voxelmill.gpu.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.types.Shape;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class SafeTensorsRoundTripTest {
  @Property(tries = 200)
  void whatIsWrittenIsRead(
      @ForAll("tensors") Map<String, float[]> tensors, @ForAll("lines") Map<String, String> lines) {
    SafeTensorsWriter writer = new SafeTensorsWriter();
    tensors.forEach((name, values) -> writer.add(name, values, values.length));
    lines.forEach(writer::metadata);

    byte[] bytes = writer.toBytes();

    try (SafeTensors read = SafeTensors.of("memory", bytes)) {
      assertEquals(lines, read.metadata());
      assertEquals(tensors.keySet(), read.entries().keySet());
      tensors.forEach(
          (name, values) -> {
            assertEquals(new Shape(values.length), read.entries().get(name).shape());
            assertArrayEquals(values, read.floats(name));
          });
    }
  }

  @Provide
  Arbitrary<Map<String, float[]>> tensors() {
    Arbitrary<float[]> values = Arbitraries.floats().array(float[].class).ofMaxSize(20);
    return Arbitraries.maps(names(), values).ofMaxSize(8);
  }

  @Provide
  Arbitrary<Map<String, String>> lines() {
    return Arbitraries.maps(names(), writable()).ofMaxSize(4);
  }

  private static Arbitrary<String> names() {
    return writable().filter(name -> !name.equals("__metadata__"));
  }

  /** Text that UTF-8 can write: no halves of surrogate pairs. */
  private static Arbitrary<String> writable() {
    return Arbitraries.strings()
        .ofMaxLength(12)
        .filter(text -> StandardCharsets.UTF_8.newEncoder().canEncode(text));
  }
}
