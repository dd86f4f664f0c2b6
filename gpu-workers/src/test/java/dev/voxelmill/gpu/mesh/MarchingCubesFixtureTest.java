package dev.voxelmill.gpu.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.voxelmill.gpu.fixtures.FixtureCase;
import dev.voxelmill.gpu.fixtures.FixtureCases;
import dev.voxelmill.gpu.fixtures.FixtureTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Compares extraction with scikit-image's on every recorded surface.
 *
 * <p>On a field without ambiguous faces every marching cubes gives the same surface, so counts are
 * exact. With ambiguous faces the methods may join or part what touches across a face: the crossing
 * points stay the same, the Euler characteristic may move by as much as there are such faces, and
 * the measures are compared loosely, as the notes of the fixture ask.
 */
class MarchingCubesFixtureTest {
  private static final double LOOSE_MEASURE = 1e-2;

  @Test
  void everyRecordedSurfaceIsReproduced() {
    int surfaces = 0;
    for (FixtureCase one : FixtureCases.of("marching_cubes")) {
      for (Map.Entry<String, JsonNode> measure : measures(one)) {
        List<String> differences =
            new Comparison(one, measure.getKey(), measure.getValue(), one.expected()).differences();

        assertTrue(
            differences.isEmpty(), one.directory() + " " + measure.getKey() + ": " + differences);
        surfaces++;
      }
    }
    System.out.println("marching_cubes: surfaces compared: " + surfaces);
    assertTrue(surfaces > 0, "no surface was compared");
  }

  @Test
  void aPerturbedExpectationIsNoticed() {
    FixtureCase one = FixtureCases.of("marching_cubes").getFirst();
    String surface = one.expected().keySet().iterator().next().replace(".vertices_sorted", "");
    for (String field : List.of("vertices", "faces", "euler", "components", "area", "volume")) {
      ObjectNode perturbed = one.description().get("measures").get(surface).deepCopy();
      perturbed.put(field, perturbed.get(field).asDouble() * 1.01 + 1);

      List<String> differences =
          new Comparison(one, surface, perturbed, one.expected()).differences();

      assertEquals(1, differences.size(), field + ": " + differences);
    }
  }

  @Test
  void aPerturbedVertexIsNoticed() {
    FixtureCase one = FixtureCases.of("marching_cubes").getFirst();
    FixtureTensor vertices = one.expected().values().iterator().next();
    String surface = vertices.name().replace(".vertices_sorted", "");
    var bytes = java.nio.ByteBuffer.allocate(vertices.bytes().capacity());
    bytes.order(java.nio.ByteOrder.LITTLE_ENDIAN).put(vertices.bytes().duplicate());
    bytes.putFloat(0, bytes.getFloat(0) + 1e-3f);
    FixtureTensor moved =
        new FixtureTensor(vertices.name(), vertices.dtype(), vertices.shape(), bytes);

    List<String> differences =
        new Comparison(
                one,
                surface,
                one.description().get("measures").get(surface),
                Map.of(moved.name(), moved))
            .differences();

    assertFalse(differences.isEmpty());
  }

  private static List<Map.Entry<String, JsonNode>> measures(FixtureCase one) {
    return List.copyOf(one.description().get("measures").properties());
  }

  /** One extraction beside one recorded measure. */
  private static final class Comparison {
    private static final Pattern COORDINATES =
        Pattern.compile("linspace\\(([-0-9.e]+), *([-0-9.e]+), *n\\)");

    private final List<String> differences = new ArrayList<>();
    private final JsonNode measure;
    private final FixtureTensor recordedVertices;
    private final TriangleMesh mesh;
    private final int ambiguousFaces;
    private final double vertexTolerance;
    private final double measureTolerance;

    Comparison(
        FixtureCase one, String name, JsonNode measure, Map<String, FixtureTensor> expected) {
      this.measure = measure;
      this.recordedVertices = expected.get(name + ".vertices_sorted");
      String tolerance = one.description().get("tolerance").asText();
      this.vertexTolerance = number(tolerance, "vertices.*?max abs ([0-9.e-]+)");
      this.measureTolerance = number(tolerance, "area/volume rtol ([0-9.e-]+)");
      FixtureTensor input = one.inputs().get(name.substring(0, name.indexOf('.')));
      ScalarField field = outsideAtTheBorder(field(one, input), measure.get("level").asDouble());
      this.mesh = MarchingCubes.extract(field, 0);
      this.ambiguousFaces = countAmbiguousFaces(field);
    }

    List<String> differences() {
      MeshQuality quality = MeshQuality.of(mesh);
      boolean exact = ambiguousFaces == 0;
      same("vertices", quality.vertices());
      same("boundary_edges", quality.boundaryEdges());
      same("nonmanifold_edges", quality.nonManifoldEdges());
      if (exact) {
        same("faces", quality.faces());
        same("components", quality.components());
      }
      near("euler", quality.eulerCharacteristic(), ambiguousFaces);
      double relative = exact ? measureTolerance : LOOSE_MEASURE;
      near("area", quality.area(), relative * measure.get("area").asDouble());
      near("volume", quality.signedVolume(), relative * measure.get("volume").asDouble());
      compareBoxes();
      if (recordedVertices != null) {
        compareVertices();
      }
      return differences;
    }

    private void same(String name, int actual) {
      near(name, actual, 0);
    }

    private void near(String name, double actual, double tolerance) {
      double recorded = measure.get(name).asDouble();
      if (!(Math.abs(actual - recorded) <= tolerance)) {
        differences.add(
            name + ": " + actual + " (expected: " + recorded + " +- " + tolerance + ")");
      }
    }

    private void compareBoxes() {
      for (int axis = 0; axis < 3; axis++) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (int i = axis; i < mesh.positions().length; i += 3) {
          low = Math.min(low, mesh.positions()[i]);
          high = Math.max(high, mesh.positions()[i]);
        }
        if (Math.abs(low - measure.get("bbox_min").get(axis).asDouble()) > vertexTolerance
            || Math.abs(high - measure.get("bbox_max").get(axis).asDouble()) > vertexTolerance) {
          differences.add("box on axis " + axis + ": [" + low + ", " + high + "]");
        }
      }
    }

    /** Every recorded vertex has one of ours within the tolerance, and the other way round. */
    private void compareVertices() {
      float[] recorded = recordedVertices.floats();
      if (farthest(recorded, mesh.positions()) > vertexTolerance
          || farthest(mesh.positions(), recorded) > vertexTolerance) {
        differences.add("vertices: sets differ by more than " + vertexTolerance);
      }
    }

    private static double farthest(float[] from, float[] to) {
      double farthest = 0;
      for (int i = 0; i < from.length; i += 3) {
        double nearest = Double.POSITIVE_INFINITY;
        for (int j = 0; j < to.length; j += 3) {
          double dx = Math.abs(from[i] - to[j]);
          double dy = Math.abs(from[i + 1] - to[j + 1]);
          double dz = Math.abs(from[i + 2] - to[j + 2]);
          nearest = Math.min(nearest, Math.max(dx, Math.max(dy, dz)));
        }
        farthest = Math.max(farthest, nearest);
      }
      return farthest;
    }

    /** The recorded array, index order (x, y, z), as a field of nodes in order [z][y][x]. */
    private static ScalarField field(FixtureCase one, FixtureTensor input) {
      Matcher range = COORDINATES.matcher(one.config().get("axis").asText());
      assertTrue(range.find(), "config.axis: no linspace");
      double low = Double.parseDouble(range.group(1));
      double high = Double.parseDouble(range.group(2));
      List<Integer> shape = input.shape();
      GridSize size = new GridSize(shape.get(0), shape.get(1), shape.get(2));
      float[] recorded = input.floats();
      float[] values = new float[recorded.length];
      int next = 0;
      for (int x = 0; x < size.nx(); x++) {
        for (int y = 0; y < size.ny(); y++) {
          for (int z = 0; z < size.nz(); z++) {
            values[size.index(x, y, z)] = recorded[next++];
          }
        }
      }
      Bounds bounds = new Bounds(new Point3(low, low, low), new Point3(high, high, high));
      return new ScalarField(values, size, bounds, ScalarField.Sampling.NODES);
    }

    /**
     * The field relative to the level, with the sign that puts the border of the grid outside: a
     * recorded surface without boundary edges stays away from the border.
     */
    private static ScalarField outsideAtTheBorder(ScalarField field, double level) {
      float sign = field.values()[0] > level ? -1 : 1;
      float[] relative = new float[field.values().length];
      for (int i = 0; i < relative.length; i++) {
        relative[i] = (float) (sign * (field.values()[i] - level));
      }
      return field.with(relative);
    }

    private static int countAmbiguousFaces(ScalarField field) {
      GridSize size = field.size();
      int[] strides = {1, size.nx(), size.nx() * size.ny()};
      int[] extents = {size.nx(), size.ny(), size.nz()};
      int ambiguous = 0;
      for (int i = 0; i < size.count(); i++) {
        int[] at = {i % size.nx(), i / size.nx() % size.ny(), i / (size.nx() * size.ny())};
        for (int axis = 0; axis < 3; axis++) {
          int u = (axis + 1) % 3;
          int v = (axis + 2) % 3;
          if (at[u] + 1 < extents[u] && at[v] + 1 < extents[v]) {
            boolean a = field.values()[i] > 0;
            boolean b = field.values()[i + strides[u]] > 0;
            boolean c = field.values()[i + strides[u] + strides[v]] > 0;
            boolean d = field.values()[i + strides[v]] > 0;
            ambiguous += a == c && b == d && a != b ? 1 : 0;
          }
        }
      }
      return ambiguous;
    }

    private static double number(String text, String pattern) {
      Matcher match = Pattern.compile(pattern).matcher(text);
      assertTrue(match.find(), "tolerance: '" + text + "' (expected: " + pattern + ")");
      return Double.parseDouble(match.group(1));
    }
  }
}
