package dev.voxelmill.gpu.mesh;

import static java.util.Objects.requireNonNull;

/**
 * A mesh with a normal and a colour at each vertex: what is delivered and what is measured.
 *
 * <p>World +Z is up, the input camera stands over +X, units are the camera radius's. Colours are
 * sRGB-encoded in [0, 1], as pictures hold them. The arrays are shared, not copied.
 */
public final class AssetMesh {
  private final TriangleMesh mesh;
  private final float[] normals; // (V, 3) unit
  private final float[] colours; // (V, 3) sRGB-encoded, [0, 1]

  public AssetMesh(TriangleMesh mesh, float[] normals, float[] colours) {
    this.mesh = requireNonNull(mesh, "mesh");
    this.normals = requireCount(normals, "normals", mesh.positions().length);
    this.colours = requireCount(colours, "colours", mesh.positions().length);
  }

  public TriangleMesh mesh() {
    return mesh;
  }

  /** Unit normals, (V, 3), shared. */
  public float[] normals() {
    return normals;
  }

  /** sRGB-encoded colours, (V, 3), shared. */
  public float[] colours() {
    return colours;
  }

  private static float[] requireCount(float[] values, String name, int count) {
    if (requireNonNull(values, name).length != count) {
      throw new IllegalArgumentException(
          name + ": " + values.length + " values (expected: " + count + ", 3 per vertex)");
    }
    return values;
  }
}
