package dev.voxelmill.gpu.random;

/**
 * The counter-based generator Philox4x32-10: a bijection of 128 bits keyed by 64 bits, whose output
 * words pass every test of randomness when the counter just counts.
 *
 * <p>Reference: J. Salmon, M. Moraes, R. Dror, D. Shaw, <em>Parallel Random Numbers: As Easy as 1,
 * 2, 3</em>, SC 2011, section 3.3 and table 2. Words are unsigned 32 bits in an {@code int}.
 */
final class Philox4x32 {
  /** Words in a counter and in a block of output. */
  static final int WORDS = 4;

  private static final int ROUNDS = 10;
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;

  /** Added to the key between rounds: the golden ratio and sqrt(3) - 1, as in the paper. */
  private static final int WEYL_0 = 0x9E3779B9;

  private static final int WEYL_1 = 0xBB67AE85;
  private static final long LOW_32 = 0xFFFFFFFFL;

  private Philox4x32() {}

  /**
   * Replaces the counter (c0, c1, c2, c3) in {@code block} by the output for it.
   *
   * @param key k0 in the low and k1 in the high half
   */
  static void encrypt(int[] block, long key) {
    int c0 = block[0];
    int c1 = block[1];
    int c2 = block[2];
    int c3 = block[3];
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    for (int round = 0; round < ROUNDS; round++) {
      long product0 = MULTIPLIER_0 * (c0 & LOW_32);
      long product1 = MULTIPLIER_1 * (c2 & LOW_32);
      c0 = (int) (product1 >>> 32) ^ c1 ^ k0;
      c1 = (int) product1;
      c2 = (int) (product0 >>> 32) ^ c3 ^ k1;
      c3 = (int) product0;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    block[0] = c0;
    block[1] = c1;
    block[2] = c2;
    block[3] = c3;
  }
}
