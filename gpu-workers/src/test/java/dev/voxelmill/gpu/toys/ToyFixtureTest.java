package dev.voxelmill.gpu.toys;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.gpu.fixtures.FixtureCase;
import dev.voxelmill.gpu.fixtures.FixtureCases;
import dev.voxelmill.gpu.fixtures.FixtureTensor;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ToyFixtureTest {
  private static final double GEOMETRY_TOLERANCE = 1e-12;
  private static final int SIZE = 16;
  private static final FixtureCase CASE = FixtureCases.of("toys_objects").getFirst();
  private static final List<String> SHAPES =
      List.of("BOX", "SPHERE", "CYLINDER", "CONE", "PRISM", "TORUS");
  private static final Map<String, FixtureTensor> INPUTS = CASE.inputs();
  private static final Map<String, FixtureTensor> EXPECTED = CASE.expected();

  @Test
  void drawsEqualNumpys() {
    NumpyGenerator generator = new NumpyGenerator(7);

    double[] randoms = DoubleStream.generate(generator::random).limit(4).toArray();
    double[] integers = DoubleStream.generate(() -> generator.integer(7)).limit(9).toArray();
    double[] uniforms = DoubleStream.generate(() -> generator.uniform(-2, 5)).limit(4).toArray();

    assertArrayEquals(EXPECTED.get("draws/random").doubles(), randoms);
    assertArrayEquals(EXPECTED.get("draws/integers").doubles(), integers);
    assertArrayEquals(EXPECTED.get("draws/uniform").doubles(), uniforms);
  }

  @ParameterizedTest
  @EnumSource
  void aSeedNamesTheSameObjectAsInPython(ToyFamily family) {
    for (long seed : INPUTS.get("seeds").longs()) {
      double[] expected = expected(family, seed, "primitives").doubles();

      double[] actual = numbers(ToyObject.of(seed, family));

      assertArrayEquals(expected, actual, GEOMETRY_TOLERANCE);
    }
  }

  @ParameterizedTest
  @EnumSource
  void theSamePointsAreInside(ToyFamily family) {
    double[] points = INPUTS.get("points").doubles();
    for (long seed : INPUTS.get("seeds").longs()) {
      int[] expected = expected(family, seed, "inside").ints();
      ToyObject object = ToyObject.of(seed, family);

      for (int i = 0; i < expected.length; i++) {
        boolean inside = object.contains(points[3 * i], points[3 * i + 1], points[3 * i + 2]);

        assertEquals(expected[i] == 1, inside, family + " " + seed + " point " + i);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void picturesAgreeToOneStepOfEightBits(ToyFamily family) {
    ToyRenderer renderer = new ToyRenderer(SIZE);
    for (long seed : INPUTS.get("seeds").longs()) {
      int[] expected = expected(family, seed, "pictures").ints();
      float[] actual = new float[expected.length];
      List<OrbitCamera> cameras = cameras();
      for (int i = 0; i < cameras.size(); i++) {
        renderer.render(
            ToyObject.of(seed, family), cameras.get(i), actual, i * renderer.pictureLength());
      }

      int grazed = 0;
      for (int i = 0; i < expected.length; i++) {
        grazed += Math.abs(Math.round(actual[i] * 255) - expected[i]) > 1 ? 1 : 0;
      }

      assertTrue(grazed <= expected.length / 1000, grazed + " values differ");
    }
  }

  private static FixtureTensor expected(ToyFamily family, long seed, String name) {
    return EXPECTED.get(family + "/" + seed + "/" + name);
  }

  private static List<OrbitCamera> cameras() {
    double[] rows = INPUTS.get("cameras").doubles();
    double fovRad = Math.toRadians(CASE.config().get("fovDeg").asDouble());
    List<OrbitCamera> cameras = new ArrayList<>();
    for (int i = 0; i < rows.length; i += 3) {
      cameras.add(new OrbitCamera(rows[i], rows[i + 1], rows[i + 2], fovRad));
    }
    return cameras;
  }

  private static double[] numbers(ToyObject object) {
    return object.primitives().stream()
        .flatMap(
            primitive ->
                Stream.of(
                    new double[] {SHAPES.indexOf(primitive.shape().name())},
                    primitive.centre(),
                    primitive.scale(),
                    primitive.colour(),
                    primitive.rotation(),
                    new double[] {primitive.tube()}))
        .flatMapToDouble(DoubleStream::of)
        .toArray();
  }
}
