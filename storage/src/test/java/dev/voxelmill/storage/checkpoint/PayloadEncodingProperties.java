package dev.voxelmill.storage.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.voxelmill.protocols.job.CheckpointManifest.PayloadCodec;
import dev.voxelmill.storage.chunk.ChunkDamagedException;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class PayloadEncodingProperties {
  private final PayloadEncoding encoding = new PayloadEncoding(1, 0.15);

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
  void bytesThatAreNoZstandardAreDamage() {
    byte[] noise = Payloads.noise(100);

    var damage =
        assertThrows(
            ChunkDamagedException.class,
            () -> PayloadEncoding.decode(PayloadCodec.SHUFFLE4_ZSTD, noise, 400));

    assertEquals(ChunkDamagedException.Reason.PAYLOAD, damage.reason());
  }
}
