package dev.voxelmill.gpu.toys;

/**
 * numpy's {@code default_rng(seed)}: a SeedSequence feeding PCG64 (XSL-RR, 128-bit state), with the
 * three draws that the toys need.
 *
 * <p>Bit-equal to numpy for non-negative seeds below 2^64. Reference: O'Neill, "PCG: A Family of
 * Simple Fast Space-Efficient Statistically Good Algorithms for Random Number Generation" (2014),
 * and Lemire, "Fast Random Integer Generation in an Interval" (2019) for {@link #integer}.
 */
final class NumpyGenerator {
  private static final long MULTIPLIER_HIGH = 0x2360ED051FC65DA4L;
  private static final long MULTIPLIER_LOW = 0x4385DF649FCCF645L;
  private static final double TO_UNIT = 0x1.0p-53;

  private long stateHigh;
  private long stateLow;
  private final long incrementHigh;
  private final long incrementLow;
  private int spareWord;
  private boolean hasSpareWord;

  NumpyGenerator(long seed) {
    long[] words = SeedSequence.words(seed);
    incrementHigh = (words[2] << 1) | (words[3] >>> 63);
    incrementLow = (words[3] << 1) | 1;
    step();
    long low = stateLow + words[1];
    stateHigh += words[0] + (Long.compareUnsigned(low, stateLow) < 0 ? 1 : 0);
    stateLow = low;
    step();
  }

  /** A double in [0, 1) on the grid of 2^-53. */
  double random() {
    return (nextLong() >>> 11) * TO_UNIT;
  }

  /** A double in [low, high). */
  double uniform(double low, double high) {
    return low + (high - low) * random();
  }

  /** An integer in [0, bound). */
  int integer(int bound) {
    long product = Integer.toUnsignedLong(nextInt()) * bound;
    if ((int) product >= 0 && (int) product < bound) {
      long threshold = ((1L << 32) - bound) % bound;
      while (Integer.toUnsignedLong((int) product) < threshold) {
        product = Integer.toUnsignedLong(nextInt()) * bound;
      }
    }
    return (int) (product >>> 32);
  }

  private int nextInt() {
    if (hasSpareWord) {
      hasSpareWord = false;
      return spareWord;
    }
    long next = nextLong();
    hasSpareWord = true;
    spareWord = (int) (next >>> 32);
    return (int) next;
  }

  private long nextLong() {
    step();
    return Long.rotateRight(stateHigh ^ stateLow, (int) (stateHigh >>> 58));
  }

  /** state = state * multiplier + increment, modulo 2^128. */
  private void step() {
    long high =
        Math.unsignedMultiplyHigh(stateLow, MULTIPLIER_LOW)
            + stateHigh * MULTIPLIER_LOW
            + stateLow * MULTIPLIER_HIGH;
    long product = stateLow * MULTIPLIER_LOW;
    long low = product + incrementLow;
    stateHigh = high + incrementHigh + (Long.compareUnsigned(low, product) < 0 ? 1 : 0);
    stateLow = low;
  }

  /**
   * numpy's SeedSequence with a pool of four words: hashes a seed into the 256 bits that PCG64
   * starts from.
   */
  private static final class SeedSequence {
    private static final int POOL = 4;
    private int hash;

    private SeedSequence(int hash) {
      this.hash = hash;
    }

    static long[] words(long seed) {
      if (seed < 0) {
        throw new IllegalArgumentException("seed: " + seed + " (expected: >= 0)");
      }
      SeedSequence entropy = new SeedSequence(0x43b0d7e5);
      int[] pool = new int[POOL];
      int[] seedWords = {(int) seed, (int) (seed >>> 32), 0, 0};
      for (int i = 0; i < POOL; i++) {
        pool[i] = entropy.mixed(seedWords[i], 0x931e8875);
      }
      for (int source = 0; source < POOL; source++) {
        for (int target = 0; target < POOL; target++) {
          if (source != target) {
            int mixed =
                0xca01f9dd * pool[target] - 0x4973f715 * entropy.mixed(pool[source], 0x931e8875);
            pool[target] = mixed ^ (mixed >>> 16);
          }
        }
      }
      SeedSequence output = new SeedSequence(0x8b51f9dd);
      long[] words = new long[4];
      for (int i = 0; i < 8; i++) {
        long word = Integer.toUnsignedLong(output.mixed(pool[i % POOL], 0x58f38ded));
        words[i / 2] |= word << (32 * (i % 2));
      }
      return words;
    }

    private int mixed(int value, int multiplier) {
      int mixed = value ^ hash;
      hash *= multiplier;
      mixed *= hash;
      return mixed ^ (mixed >>> 16);
    }
  }
}
