package dev.voxelmill.storage.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.voxelmill.protocols.job.CheckpointManifest.PayloadCodec;
import dev.voxelmill.storage.chunk.ChunkDamagedException;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class PayloadEncodingPropertiesTest {
  private final PayloadEncoding encoding =
      new PayloadEncoding(new PayloadEncoding.Choice(1, 0.15, 0.5));

  @Property(tries = 200)
  void everyEncodingGivesBackTheExactBytes(@ForAll byte[] payload, @ForAll PayloadCodec codec) {
    byte[] encoded = encoding.encode(codec, payload);

    assertArrayEquals(payload, PayloadEncoding.decode(codec, encoded, payload.length));
  }

  @Example
  void smoothFieldsAreCompressedAndNoiseIsNot() {
    assertEquals(PayloadCodec.SHUFFLE4_ZSTD, encoding.choose(Payloads.smooth(1 << 20)));
    assertEquals(PayloadCodec.NONE, encoding.choose(Payloads.noise(1 << 20)));
    assertEquals(PayloadCodec.NONE, encoding.choose(Payloads.noise(100)));
  }

  @Example
  void aGridThatIsMostlyEmptyTakesLz4() {
    byte[] grid = new byte[1 << 20];
    System.arraycopy(Payloads.noise(1 << 16), 0, grid, 1 << 18, 1 << 16);

    assertEquals(PayloadCodec.LZ4, encoding.choose(grid));
  }

  @Property(tries = 200)
  void bytesThatAreNoLz4OfThatLengthAreDamage(@ForAll byte[] noise, @ForAll byte[] payload) {
    byte[] encoded = encoding.encode(PayloadCodec.LZ4, payload);

    assertThrows(
        ChunkDamagedException.class,
        () -> PayloadEncoding.decode(PayloadCodec.LZ4, encoded, payload.length + 1));
    try {
      assertEquals(400, PayloadEncoding.decode(PayloadCodec.LZ4, noise, 400).length);
    } catch (ChunkDamagedException damage) {
      assertEquals(ChunkDamagedException.Reason.PAYLOAD, damage.reason());
    }
  }

  @Example
  void bytesThatAreNoZstandardAreDamage() {
    byte[] noise = Payloads.noise(100);

    var damage =
        assertThrows(
            ChunkDamagedException.class,
            () -> PayloadEncoding.decode(PayloadCodec.SHUFFLE4_ZSTD, noise, 400));

    assertEquals(ChunkDamagedException.Reason.PAYLOAD, damage.reason());
  }
}
