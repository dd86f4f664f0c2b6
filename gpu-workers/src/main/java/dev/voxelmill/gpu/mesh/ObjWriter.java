package dev.voxelmill.gpu.mesh;

import java.nio.charset.StandardCharsets;

/**
 * Writes a mesh as Wavefront OBJ, +Y up.
 *
 * <p>Colours follow the coordinates of each {@code v} line, sRGB-encoded in [0, 1]: no part of the
 * format's first description, but read by the common viewers.
 */
public final class ObjWriter {
  private ObjWriter() {}

  /** The file's bytes. */
  public static byte[] write(AssetMesh asset) {
    StringBuilder text = new StringBuilder("# Voxelmill, +Y up, counter-clockwise\n");
    float[] p = FileAxes.fromWorld(asset.mesh().positions());
    float[] normals = FileAxes.fromWorld(asset.normals());
    for (int v = 0; v < p.length; v += 3) {
      append(text.append("v"), p, v);
      append(text, asset.colours(), v);
      text.append('\n');
    }
    for (int v = 0; v < p.length; v += 3) {
      append(text.append("vn"), normals, v);
      text.append('\n');
    }
    int[] t = asset.mesh().triangles();
    for (int i = 0; i < t.length; i++) {
      int vertex = t[i] + 1;
      text.append(i % 3 == 0 ? "f " : " ").append(vertex).append("//").append(vertex);
      text.append(i % 3 == 2 ? "\n" : "");
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static void append(StringBuilder text, float[] vectors, int start) {
    for (int i = start; i < start + 3; i++) {
      text.append(' ').append(vectors[i]);
    }
  }
}
