package dev.voxelmill.gpu.mesh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Scanner;
import org.junit.jupiter.api.Test;

class TextFormatsTest {
  private static final AssetMesh BALL = Assets.ball();

  @Test
  void plyHoldsEveryVertexAndEveryFace() {
    byte[] file = PlyWriter.write(BALL);

    String text = new String(file, StandardCharsets.ISO_8859_1);
    int start = text.indexOf("end_header\n") + "end_header\n".length();
    int vertices = BALL.mesh().vertexCount();
    ByteBuffer body = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(start + 27 * vertices + 13 * BALL.mesh().faceCount(), file.length);
    int last = 3 * (vertices - 1);
    int row = start + 27 * (vertices - 1);
    assertEquals(BALL.mesh().positions()[last], body.getFloat(row + 8), "world x is z of the file");
    assertEquals(BALL.normals()[last + 2], body.getFloat(row + 16), "world z is y of the file");
    assertEquals(Math.round(255 * BALL.colours()[last]), Byte.toUnsignedInt(body.get(row + 24)));
    assertEquals(BALL.mesh().triangles()[0], body.getInt(start + 27 * vertices + 1));
  }

  @Test
  void objHoldsEveryVertexAndEveryFace() {
    List<String> lines =
        new String(ObjWriter.write(BALL), StandardCharsets.US_ASCII).lines().toList();

    List<String> vertices = lines.stream().filter(line -> line.startsWith("v ")).toList();
    List<String> faces = lines.stream().filter(line -> line.startsWith("f ")).toList();
    assertEquals(BALL.mesh().vertexCount(), vertices.size());
    assertEquals(
        BALL.mesh().vertexCount(), lines.stream().filter(line -> line.startsWith("vn ")).count());
    assertEquals(BALL.mesh().faceCount(), faces.size());
    try (Scanner vertex = new Scanner(vertices.getFirst().substring(2))) {
      for (int axis = 0; axis < 3; axis++) {
        assertEquals(BALL.mesh().positions()[(axis + 1) % 3], Float.parseFloat(vertex.next()));
      }
      assertEquals(BALL.colours()[0], Float.parseFloat(vertex.next()));
    }
    int corner = BALL.mesh().triangles()[0] + 1;
    assertTrue(faces.getFirst().startsWith("f " + corner + "//" + corner + " "));
  }

  @Test
  void normalsOfABallPointOutwards() {
    float[] p = BALL.mesh().positions();
    float[] outwards = new float[p.length];
    for (int v = 0; v < p.length; v += 3) {
      float r = (float) Math.sqrt(p[v] * p[v] + p[v + 1] * p[v + 1] + p[v + 2] * p[v + 2]);
      for (int axis = 0; axis < 3; axis++) {
        outwards[v + axis] = p[v + axis] / r;
      }
    }

    assertArrayEquals(outwards, BALL.normals(), 0.15f);
  }
}
