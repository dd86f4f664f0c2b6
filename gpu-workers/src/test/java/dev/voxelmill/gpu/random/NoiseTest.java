package dev.voxelmill.gpu.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class NoiseTest {
  private static final NoiseStream POSES = NoiseStream.named("poses");
  private static final NoiseStream SIGMAS = NoiseStream.named("sigmas");

  @Test
  void seedStreamStepAndElementEachChangeTheNumbers() {
    float[] base = new Noise(1).normals(POSES, 0, 64);

    assertArrayEquals(base, new Noise(1).normals(POSES, 0, 64));
    assertFalse(Arrays.equals(base, new Noise(2).normals(POSES, 0, 64)));
    assertFalse(Arrays.equals(base, new Noise(1).normals(SIGMAS, 0, 64)));
    assertFalse(Arrays.equals(base, new Noise(1).normals(POSES, 1, 64)));
    assertEquals(64, Arrays.stream(boxed(base)).distinct().count());
  }

  @Property(tries = 200)
  void piecesAreTheSameNumbersAsTheWhole(
      @ForAll long seed,
      @ForAll @LongRange(max = Noise.MAX_ELEMENTS - 100) long first,
      @ForAll @IntRange(max = 40) int cut) {
    Noise noise = new Noise(seed);
    float[] whole = new float[40];
    float[] head = new float[cut];
    float[] tail = new float[40 - cut];

    noise.fillNormals(POSES, 7, first, whole);
    noise.fillNormals(POSES, 7, first, head);
    noise.fillNormals(POSES, 7, first + cut, tail);

    assertArrayEquals(Arrays.copyOf(whole, cut), head);
    assertArrayEquals(Arrays.copyOfRange(whole, cut, 40), tail);
  }

  @Property(tries = 200)
  void uniformsLieBelowOneAndPiecesAgree(@ForAll long seed, @ForAll @IntRange(max = 40) int cut) {
    Noise noise = new Noise(seed);
    float[] whole = noise.uniforms(POSES, 0, 40);
    float[] tail = new float[40 - cut];

    noise.fillUniforms(POSES, 0, cut, tail);

    assertArrayEquals(Arrays.copyOfRange(whole, cut, 40), tail);
    for (float u : whole) {
      assertTrue(u >= 0 && u < 1);
    }
  }

  @Property(tries = 200)
  void wholeNumbersLieInTheirRange(
      @ForAll long seed, @ForAll @IntRange(min = 1) int bound, @ForAll @IntRange int step) {
    int number = new Noise(seed).below(bound, POSES, step & Integer.MAX_VALUE, 3);

    assertTrue(number >= 0 && number < bound);
  }

  @Test
  void normalsHaveTheMomentsAndTailsOfNormals() {
    int count = 1_000_000;

    float[] normals = new Noise(42).normals(POSES, 0, count);

    double mean = 0;
    double square = 0;
    double fourth = 0;
    double lag = 0;
    int beyondThree = 0;
    for (int i = 0; i < count; i++) {
      double x = normals[i];
      mean += x / count;
      square += x * x / count;
      fourth += x * x * x * x / count;
      lag += i > 0 ? x * normals[i - 1] / count : 0;
      beyondThree += Math.abs(x) > 3 ? 1 : 0;
    }
    // Five standard errors of each estimate: 1, sqrt(2), sqrt(96), 1 and sqrt(p) over sqrt(count).
    assertEquals(0, mean, 0.005);
    assertEquals(1, square, 0.0071);
    assertEquals(3, fourth, 0.049);
    assertEquals(0, lag, 0.005);
    assertEquals(0.0026998, beyondThree / (double) count, 0.00026);
  }

  @Test
  void uniformsFillTheirIntervalEvenly() {
    int[] bins = new int[16];

    for (float u : new Noise(42).uniforms(SIGMAS, 3, 160_000)) {
      bins[(int) (u * 16)]++;
    }

    double chiSquare =
        Arrays.stream(bins).mapToDouble(bin -> (bin - 10_000.0) * (bin - 10_000) / 10_000).sum();
    assertTrue(chiSquare < 44.3, "chi-square with 15 degrees of freedom: " + chiSquare);
  }

  @Test
  void whatLiesOutsideTheCounterIsRefused() {
    Noise noise = new Noise(1);

    assertThrows(IllegalArgumentException.class, () -> noise.normals(POSES, -1, 1));
    assertThrows(IllegalArgumentException.class, () -> noise.below(0, POSES, 0, 0));
    assertThrows(
        IndexOutOfBoundsException.class, () -> noise.uniform(POSES, 0, Noise.MAX_ELEMENTS));
  }

  @Test
  void aStreamCannotClaimAnotherNamesNumbers() {
    assertThrows(IllegalArgumentException.class, () -> new NoiseStream("poses", SIGMAS.word()));
  }

  private static Float[] boxed(float[] values) {
    Float[] boxed = new Float[values.length];
    Arrays.setAll(boxed, i -> values[i]);
    return boxed;
  }
}
