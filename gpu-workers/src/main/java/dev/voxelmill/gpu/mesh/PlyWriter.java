package dev.voxelmill.gpu.mesh;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes a mesh as binary little-endian PLY in world axes, +Z up, with sRGB-encoded 8-bit colours.
 */
public final class PlyWriter {
  private PlyWriter() {}

  /** The file's bytes. */
  public static byte[] write(AssetMesh asset) {
    int vertices = asset.mesh().vertexCount();
    int faces = asset.mesh().faceCount();
    byte[] header =
        """
        ply
        format binary_little_endian 1.0
        comment Voxelmill, +Y up, counter-clockwise
        element vertex %d
        property float x
        property float y
        property float z
        property float nx
        property float ny
        property float nz
        property uchar red
        property uchar green
        property uchar blue
        element face %d
        property list uchar int vertex_indices
        end_header
        """
            .formatted(vertices, faces)
            .getBytes(StandardCharsets.US_ASCII);
    ByteBuffer file = ByteBuffer.allocate(header.length + 27 * vertices + 13 * faces);
    file.order(ByteOrder.LITTLE_ENDIAN).put(header);
    float[][] vectors = {
      FileAxes.fromWorld(asset.mesh().positions()), FileAxes.fromWorld(asset.normals())
    };
    for (int v = 0; v < 3 * vertices; v += 3) {
      for (float[] vector : vectors) {
        file.putFloat(vector[v]).putFloat(vector[v + 1]).putFloat(vector[v + 2]);
      }
      for (int channel = 0; channel < 3; channel++) {
        double encoded = Math.max(0, Math.min(1, asset.colours()[v + channel]));
        file.put((byte) Math.round(255 * encoded));
      }
    }
    int[] triangles = asset.mesh().triangles();
    for (int f = 0; f < triangles.length; f += 3) {
      file.put((byte) 3);
      file.putInt(triangles[f]).putInt(triangles[f + 1]).putInt(triangles[f + 2]);
    }
    return file.array();
  }
}
