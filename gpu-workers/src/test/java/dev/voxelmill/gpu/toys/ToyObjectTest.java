package dev.voxelmill.gpu.toys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.geometry.OrbitCamera;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class ToyObjectTest {
  private static final double BOX = 0.6;

  @Property(tries = 200)
  void everyObjectFillsItsBoxAndNoMore(
      @ForAll ToyFamily family, @ForAll @LongRange(min = 0, max = 91_000_000) long seed) {
    ToyObject object = ToyObject.of(seed, family);

    double reach = 0;
    for (Primitive primitive : object.primitives()) {
      double[] extents = primitive.halfExtents();
      for (int i = 0; i < 3; i++) {
        reach = Math.max(reach, Math.abs(primitive.centre()[i]) + extents[i]);
      }
    }

    assertTrue(reach <= BOX + 1e-9 && reach > 0.3, "reach " + reach);
  }

  @Property(tries = 100)
  void theSurfaceLiesBetweenInsideAndOutside(
      @ForAll ToyFamily family,
      @ForAll @LongRange(min = 0, max = 91_000_000) long seed,
      @ForAll @DoubleRange(min = 0, max = 6.28) double azimuthRad) {
    ToyObject object = ToyObject.of(seed, family);
    OrbitCamera camera = new OrbitCamera(azimuthRad, .3, 1.7, Math.toRadians(49.1));
    double[] eye = camera.eye();

    float[] points = new ToyRenderer(16).surfacePoints(object, camera);

    assertTrue(points.length > 0, "something is hit");
    int early = 0;
    int behind = 0;
    for (int i = 0; i < points.length; i += 3) {
      early += along(object, eye, points, i, -0.01) ? 1 : 0;
      behind += along(object, eye, points, i, 0.004) ? 1 : 0;
    }
    int rays = points.length / 3;
    assertTrue(behind >= 0.9 * rays, "behind nearly every hit there is matter");
    // a ray that grazes a torus may run out of steps and pass through its skin, here as in Python
    assertTrue(early <= 0.02 * rays, "in front of the first hit there is nothing");
  }

  @Test
  void rangesOfSeedsAreDisjointAndWrap() {
    assertEquals(SeedRange.TRAINING.end(), SeedRange.EVALUATION.first());
    assertTrue(SeedRange.EVALUATION.end() <= SeedRange.ACCEPTANCE.first());

    long wrapped = SeedRange.EVALUATION.at(1_000_005);

    assertEquals(60_000_005, wrapped);
    assertTrue(SeedRange.EVALUATION.contains(wrapped));
    assertFalse(SeedRange.ACCEPTANCE.contains(wrapped));
  }

  private static boolean along(ToyObject object, double[] eye, float[] points, int at, double by) {
    double[] ray = new double[3];
    double length = 0;
    for (int i = 0; i < 3; i++) {
      ray[i] = points[at + i] - eye[i];
      length += ray[i] * ray[i];
    }
    double factor = 1 + by / Math.sqrt(length);
    return object.contains(
        eye[0] + factor * ray[0], eye[1] + factor * ray[1], eye[2] + factor * ray[2]);
  }
}
