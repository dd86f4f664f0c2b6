package dev.voxelmill.gpu.random;

import java.util.Objects;

/**
 * The random numbers of one seed: normals, uniforms and whole numbers, each a pure function of
 * (seed, stream, step, element).
 *
 * <p>The seed is the Philox key. The counter is (element / 4, step, stream low, stream high), so
 * distinct draws never share a counter; an element is a word of the block. Asking for the elements
 * one by one, in pieces or all at once gives the same numbers.
 *
 * <p>Normals come in pairs by the method of Box and Muller (1958) from two words, in double
 * precision and {@link StrictMath}, then rounded to float; with 32-bit words they reach 6.66
 * standard deviations.
 */
public final class Noise {
  /** Elements of one stream and step: the block number has 32 bits. */
  static final long MAX_ELEMENTS = (1L << 32) * Philox4x32.WORDS;

  private static final double UNIT_32 = 0x1p-32;
  private static final float UNIT_24 = 0x1p-24f;

  private final long seed;

  public Noise(long seed) {
    this.seed = seed;
  }

  public long seed() {
    return seed;
  }

  /** The first {@code count} standard normals of a stream and step. */
  public float[] normals(NoiseStream stream, int step, int count) {
    float[] out = new float[count];
    fillNormals(stream, step, 0, out);
    return out;
  }

  /** Fills {@code out} with the standard normals that start at element {@code first}. */
  public void fillNormals(NoiseStream stream, int step, long first, float[] out) {
    check(step, first, out.length);
    int[] block = new int[Philox4x32.WORDS];
    float[] normals = new float[Philox4x32.WORDS];
    for (int done = 0; done < out.length; ) {
      long element = first + done;
      words(stream, step, element, block);
      boxMuller(block[0], block[1], normals, 0);
      boxMuller(block[2], block[3], normals, 2);
      int from = (int) (element % Philox4x32.WORDS);
      int length = Math.min(Philox4x32.WORDS - from, out.length - done);
      System.arraycopy(normals, from, out, done, length);
      done += length;
    }
  }

  /** The first {@code count} uniforms in [0, 1) of a stream and step, multiples of 2^-24. */
  public float[] uniforms(NoiseStream stream, int step, int count) {
    float[] out = new float[count];
    fillUniforms(stream, step, 0, out);
    return out;
  }

  /** Fills {@code out} with the uniforms in [0, 1) that start at element {@code first}. */
  public void fillUniforms(NoiseStream stream, int step, long first, float[] out) {
    check(step, first, out.length);
    int[] block = new int[Philox4x32.WORDS];
    for (int done = 0; done < out.length; ) {
      long element = first + done;
      words(stream, step, element, block);
      int from = (int) (element % Philox4x32.WORDS);
      int length = Math.min(Philox4x32.WORDS - from, out.length - done);
      for (int i = 0; i < length; i++) {
        out[done + i] = (block[from + i] >>> 8) * UNIT_24;
      }
      done += length;
    }
  }

  /** One uniform in [0, 1), a multiple of 2^-32. */
  public double uniform(NoiseStream stream, int step, long element) {
    return Integer.toUnsignedLong(word(stream, step, element)) * UNIT_32;
  }

  /** One whole number in [0, bound); its bias is below bound / 2^32. */
  public int below(int bound, NoiseStream stream, int step, long element) {
    if (bound < 1) {
      throw new IllegalArgumentException("bound: " + bound + " (expected: >= 1)");
    }
    return (int) ((Integer.toUnsignedLong(word(stream, step, element)) * bound) >>> 32);
  }

  private int word(NoiseStream stream, int step, long element) {
    check(step, element, 1);
    int[] block = new int[Philox4x32.WORDS];
    words(stream, step, element, block);
    return block[(int) (element % Philox4x32.WORDS)];
  }

  private void words(NoiseStream stream, int step, long element, int[] block) {
    block[0] = (int) (element / Philox4x32.WORDS);
    block[1] = step;
    block[2] = (int) stream.word();
    block[3] = (int) (stream.word() >>> 32);
    Philox4x32.encrypt(block, seed);
  }

  /** The radius takes a word mapped into (0, 1), so that its logarithm is finite. */
  private static void boxMuller(int radiusWord, int angleWord, float[] out, int at) {
    double u = (Integer.toUnsignedLong(radiusWord) + 0.5) * UNIT_32;
    double angle = 2 * StrictMath.PI * (Integer.toUnsignedLong(angleWord) * UNIT_32);
    double radius = StrictMath.sqrt(-2 * StrictMath.log(u));
    out[at] = (float) (radius * StrictMath.cos(angle));
    out[at + 1] = (float) (radius * StrictMath.sin(angle));
  }

  private static void check(int step, long first, long count) {
    if (step < 0) {
      throw new IllegalArgumentException("step: " + step + " (expected: >= 0)");
    }
    Objects.checkFromIndexSize(first, count, MAX_ELEMENTS);
  }
}
