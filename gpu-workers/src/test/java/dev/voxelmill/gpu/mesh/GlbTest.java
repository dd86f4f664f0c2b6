package dev.voxelmill.gpu.mesh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class GlbTest {
  private static final AssetMesh BALL = Assets.ball();

  @Property
  void axesSurviveTheRoundTrip(@ForAll @Size(6) float[] vectors) {
    assertArrayEquals(vectors, FileAxes.toWorld(FileAxes.fromWorld(vectors)));
  }

  @Test
  void theInputCameraLooksFromPlusZAndUpIsPlusY() {
    float[] camera = FileAxes.fromWorld(new float[] {1, 0, 0});
    float[] right = FileAxes.fromWorld(new float[] {0, 1, 0});
    float[] up = FileAxes.fromWorld(new float[] {0, 0, 1});

    assertArrayEquals(new float[] {0, 0, 1}, camera);
    assertArrayEquals(new float[] {1, 0, 0}, right);
    assertArrayEquals(new float[] {0, 1, 0}, up);
  }

  @Test
  void theAxesAreTurnedAndNotMirrored() {
    float[] x = FileAxes.fromWorld(new float[] {1, 0, 0});
    float[] y = FileAxes.fromWorld(new float[] {0, 1, 0});
    float[] z = FileAxes.fromWorld(new float[] {0, 0, 1});

    float determinant =
        x[0] * (y[1] * z[2] - y[2] * z[1])
            - x[1] * (y[0] * z[2] - y[2] * z[0])
            + x[2] * (y[0] * z[1] - y[1] * z[0]);

    assertEquals(1, determinant);
  }

  @Property
  void coloursSurviveTheTransferFunction(@ForAll @FloatRange(min = 0, max = 1) float encoded) {
    assertEquals(encoded, Srgb.fromLinear(Srgb.toLinear(encoded)), 1e-6);
  }

  @Test
  void aWrittenMeshIsReadBack() {
    AssetMesh read = GlbReader.read(GlbWriter.write(BALL, Map.of()));

    assertArrayEquals(BALL.mesh().positions(), read.mesh().positions());
    assertArrayEquals(BALL.mesh().triangles(), read.mesh().triangles());
    assertArrayEquals(BALL.normals(), read.normals());
    assertArrayEquals(BALL.colours(), read.colours(), 1e-4f);
  }

  @Test
  void moreThan65535VerticesTakeWideIndices() {
    TriangleMesh mesh = MarchingCubes.extract(Fields.ball(128, 1, 0.98), 0);
    AssetMesh large = Assets.coloured(mesh);
    assertTrue(mesh.vertexCount() > 65_535, mesh.vertexCount() + " vertices");

    AssetMesh read = GlbReader.read(GlbWriter.write(large, Map.of()));

    assertArrayEquals(mesh.triangles(), read.mesh().triangles());
  }

  @Test
  void theFileDeclaresWhatTheStandardAsksFor() throws Exception {
    byte[] file = GlbWriter.write(BALL, Map.of("job", "j-1"));

    JsonNode root = json(file);
    JsonNode position = root.get("accessors").get(0);
    assertEquals(0, file.length % 4);
    assertEquals("2.0", root.get("asset").get("version").asText());
    assertEquals("j-1", root.get("asset").get("extras").get("job").asText());
    assertEquals(3, position.get("min").size());
    assertEquals(BALL.mesh().vertexCount(), position.get("count").asInt());
    assertEquals(1, root.get("materials").size());
    for (JsonNode view : root.get("bufferViews")) {
      assertEquals(0, view.get("byteOffset").asInt() % 4);
    }
  }

  @Test
  void equalMeshesGiveEqualBytes() {
    assertArrayEquals(
        GlbWriter.write(BALL, Map.of("seed", "7")), GlbWriter.write(BALL, Map.of("seed", "7")));
  }

  @Test
  void aTruncatedFileIsRefused() {
    byte[] file = GlbWriter.write(BALL, Map.of());
    for (int length : new int[] {0, 11, 19, 100, file.length - 1}) {
      byte[] part = java.util.Arrays.copyOf(file, length);

      assertThrows(IllegalArgumentException.class, () -> GlbReader.read(part), "length " + length);
    }
  }

  @Test
  void anAccessorBeyondTheBufferIsRefused() {
    String count = "\"count\":" + BALL.mesh().triangles().length;
    byte[] file = GlbWriter.write(BALL, Map.of());
    String latin = new String(file, StandardCharsets.ISO_8859_1);
    byte[] forged =
        latin.replace(count, count.replaceAll("\\d", "9")).getBytes(StandardCharsets.ISO_8859_1);

    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> GlbReader.read(forged));

    assertTrue(refusal.getMessage().contains("inside the"), refusal.getMessage());
  }

  private static JsonNode json(byte[] file) throws Exception {
    int length = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(12);
    return new ObjectMapper().readTree(new String(file, 20, length, StandardCharsets.UTF_8));
  }
}
