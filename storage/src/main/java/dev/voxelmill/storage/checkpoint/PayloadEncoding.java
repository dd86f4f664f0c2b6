package dev.voxelmill.storage.checkpoint;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.util.Native;
import dev.voxelmill.protocols.job.CheckpointManifest.PayloadCodec;
import dev.voxelmill.storage.chunk.ChunkDamagedException;
import dev.voxelmill.storage.chunk.ChunkDamagedException.Reason;
import java.util.Arrays;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;

/*
 * Floats of one tensor have similar exponents and noisy mantissas. Zstandard sees them interleaved
 * and finds little; grouped by significance, the bytes of the exponents become long runs. Measured
 * on 2 MB each, Zstandard 3, share of the original size without and with grouping: smooth float32
 * fields 0.92 and 0.65, sparse ones 0.10 and 0.09, noise 0.92 and 0.85. Noise, which is what latents
 * are, is not worth the time. A grid that is mostly empty shrinks to the same tenth with LZ4, which
 * finds nothing in dense data but takes a third of the time. So a sample decides.
 */
/** Encodes payloads when it pays, and gives back the exact bytes always. */
final class PayloadEncoding {
  private static final int WORD = 4;
  private static final int SLICES = 4;
  private static final int SLICE_BYTES = 64 << 10;
  private static final LZ4Factory LZ4 = LZ4Factory.fastestInstance();

  private final Choice choice;

  PayloadEncoding(Choice choice) {
    loadZstandard();
    this.choice = choice;
  }

  /**
   * On its first use Zstandard unpacks its library to the temporary directory, and a class that
   * once failed to initialise stays unusable. A process that starts can still say so and end.
   */
  private static void loadZstandard() {
    try {
      Native.load();
    } catch (ExceptionInInitializerError | UnsatisfiedLinkError e) {
      throw new IllegalStateException(
          "java.io.tmpdir: Zstandard's library cannot be loaded from "
              + System.getProperty("java.io.tmpdir")
              + " (expected: 2 MB of room, executable; fix: make room there, or name another"
              + " directory with -Djava.io.tmpdir)",
          e);
    }
  }

  /**
   * When which codec pays.
   *
   * @param zstdLevel of Zstandard
   * @param worthwhileSaving share by which grouping and Zstandard must shrink a sample
   * @param sparseSaving share by which LZ4 must shrink it to be enough
   */
  record Choice(int zstdLevel, double worthwhileSaving, double sparseSaving) {}

  /** What a sample of slices, spread evenly over the payload, recommends. */
  PayloadCodec choose(byte[] payload) {
    byte[] sample = sample(payload);
    if (shrinks(PayloadCodec.LZ4, sample, choice.sparseSaving)) {
      return PayloadCodec.LZ4;
    }
    return shrinks(PayloadCodec.SHUFFLE4_ZSTD, sample, choice.worthwhileSaving)
        ? PayloadCodec.SHUFFLE4_ZSTD
        : PayloadCodec.NONE;
  }

  private boolean shrinks(PayloadCodec codec, byte[] sample, double saving) {
    return encode(codec, sample).length <= sample.length * (1 - saving);
  }

  byte[] encode(PayloadCodec codec, byte[] payload) {
    return switch (codec) {
      case NONE -> payload;
      case LZ4 -> LZ4.fastCompressor().compress(payload);
      case SHUFFLE4_ZSTD -> Zstd.compress(shuffle(payload), choice.zstdLevel);
    };
  }

  static byte[] decode(PayloadCodec codec, byte[] encoded, int length) {
    byte[] payload =
        switch (codec) {
          case NONE -> encoded;
          case LZ4 -> unpack(encoded, length);
          case SHUFFLE4_ZSTD -> unshuffle(decompress(encoded, length));
        };
    if (payload.length != length) {
      throw damaged("length: " + payload.length + " (expected: " + length + ")");
    }
    return payload;
  }

  private static byte[] unpack(byte[] encoded, int length) {
    byte[] payload = new byte[length];
    try {
      int used = LZ4.safeDecompressor().decompress(encoded, payload);
      return used == length ? payload : Arrays.copyOf(payload, used);
    } catch (LZ4Exception e) {
      throw damaged("not " + length + " bytes in LZ4: " + e.getMessage());
    }
  }

  private static byte[] decompress(byte[] encoded, int length) {
    try {
      return Zstd.decompress(encoded, length);
    } catch (ZstdException e) {
      throw damaged("not " + length + " bytes in Zstandard: " + e.getMessage());
    }
  }

  private static ChunkDamagedException damaged(String what) {
    return new ChunkDamagedException(Reason.PAYLOAD, -1, "payload: " + what);
  }

  private static byte[] sample(byte[] payload) {
    if (payload.length <= SLICES * SLICE_BYTES) {
      return payload;
    }
    byte[] sample = new byte[SLICES * SLICE_BYTES];
    int stride = (payload.length - SLICE_BYTES) / (SLICES - 1) / WORD * WORD;
    for (int slice = 0; slice < SLICES; slice++) {
      System.arraycopy(payload, slice * stride, sample, slice * SLICE_BYTES, SLICE_BYTES);
    }
    return sample;
  }

  /**
   * First all lowest bytes of the words, then all second ones...; what is no whole word follows.
   */
  private static byte[] shuffle(byte[] words) {
    byte[] planes = Arrays.copyOf(words, words.length);
    int count = words.length / WORD;
    for (int plane = 0; plane < WORD; plane++) {
      for (int word = 0, at = plane * count; word < count; word++) {
        planes[at + word] = words[word * WORD + plane];
      }
    }
    return planes;
  }

  private static byte[] unshuffle(byte[] planes) {
    byte[] words = Arrays.copyOf(planes, planes.length);
    int count = planes.length / WORD;
    for (int plane = 0; plane < WORD; plane++) {
      for (int word = 0, at = plane * count; word < count; word++) {
        words[word * WORD + plane] = planes[at + word];
      }
    }
    return words;
  }
}
