package dev.voxelmill.gpu.mesh;

/**
 * The one converter between world axes and those of delivered files, which are glTF's.
 *
 * <p>World: +Z up, the input camera over +X, +Y to its right. Files: +Y up, the input camera looks
 * from +Z, +X to its right. So (x, y, z) becomes (y, z, x), a rotation.
 */
final class FileAxes {
  private FileAxes() {}

  /** World vectors, (N, 3), in a file's axes. */
  static float[] fromWorld(float[] vectors) {
    return rotate(vectors, 1);
  }

  /** A file's vectors, (N, 3), in world axes. */
  static float[] toWorld(float[] vectors) {
    return rotate(vectors, 2);
  }

  private static float[] rotate(float[] vectors, int first) {
    float[] rotated = new float[vectors.length];
    for (int v = 0; v < vectors.length; v += 3) {
      for (int axis = 0; axis < 3; axis++) {
        rotated[v + axis] = vectors[v + (first + axis) % 3];
      }
    }
    return rotated;
  }
}
