package dev.voxelmill.gpu.raster;

import dev.voxelmill.gpu.mesh.AssetMesh;
import dev.voxelmill.gpu.mesh.TriangleMesh;

/** An object that tells every axis and every mirror image apart. */
final class Boxes {
  static final float[] RED = {0.9f, 0.1f, 0.1f};
  static final float[] GREEN = {0.1f, 0.8f, 0.2f};
  static final float[] BLUE = {0.2f, 0.3f, 0.9f};
  static final float[] GREY = {0.5f, 0.5f, 0.5f};

  private Boxes() {}

  /** A grey box at the origin, red at +X 0.4, green at +Y 0.4, blue at +Z 0.4; half sides 0.1. */
  static AssetMesh axes() {
    return join(
        box(0, 0, 0, GREY), box(0.4f, 0, 0, RED), box(0, 0.4f, 0, GREEN), box(0, 0, 0.4f, BLUE));
  }

  /** A box of half sides 0.1 whose faces have their own vertices, so that normals are flat. */
  private static AssetMesh box(float cx, float cy, float cz, float[] colour) {
    float[] centre = {cx, cy, cz};
    float[] positions = new float[6 * 4 * 3];
    float[] normals = new float[positions.length];
    float[] colours = new float[positions.length];
    int[] triangles = new int[6 * 6];
    for (int face = 0; face < 6; face++) {
      int axis = face / 2;
      float side = face % 2 == 0 ? -1 : 1;
      for (int corner = 0; corner < 4; corner++) {
        int v = 3 * (4 * face + corner);
        float u = (corner == 1 || corner == 2 ? 1 : -1) * side;
        float w = corner >= 2 ? 1 : -1;
        positions[v + axis] = centre[axis] + 0.1f * side;
        positions[v + (axis + 1) % 3] = centre[(axis + 1) % 3] + 0.1f * u;
        positions[v + (axis + 2) % 3] = centre[(axis + 2) % 3] + 0.1f * w;
        normals[v + axis] = side;
        System.arraycopy(colour, 0, colours, v, 3);
      }
      int[] quad = {0, 1, 2, 0, 2, 3};
      for (int i = 0; i < 6; i++) {
        triangles[6 * face + i] = 4 * face + quad[i];
      }
    }
    return new AssetMesh(new TriangleMesh(positions, triangles), normals, colours);
  }

  private static AssetMesh join(AssetMesh... parts) {
    int vertices = 24 * parts.length;
    float[] positions = new float[3 * vertices];
    float[] normals = new float[3 * vertices];
    float[] colours = new float[3 * vertices];
    int[] triangles = new int[36 * parts.length];
    for (int part = 0; part < parts.length; part++) {
      System.arraycopy(parts[part].mesh().positions(), 0, positions, 72 * part, 72);
      System.arraycopy(parts[part].normals(), 0, normals, 72 * part, 72);
      System.arraycopy(parts[part].colours(), 0, colours, 72 * part, 72);
      for (int i = 0; i < 36; i++) {
        triangles[36 * part + i] = 24 * part + parts[part].mesh().triangles()[i];
      }
    }
    return new AssetMesh(new TriangleMesh(positions, triangles), normals, colours);
  }
}
