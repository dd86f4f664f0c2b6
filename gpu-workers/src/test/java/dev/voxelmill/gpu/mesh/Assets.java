package dev.voxelmill.gpu.mesh;

/** Small finished meshes. */
final class Assets {
  private Assets() {}

  /** A ball whose colours are its positions. */
  static AssetMesh ball() {
    return coloured(MarchingCubes.extract(Fields.ball(16, 0.6, 0.5), 0));
  }

  /** A mesh with smooth normals whose colour channels grow along the axes. */
  static AssetMesh coloured(TriangleMesh mesh) {
    float[] colours = mesh.positions().clone();
    for (int i = 0; i < colours.length; i++) {
      colours[i] = Math.max(0, Math.min(1, 0.5f + colours[i]));
    }
    return new AssetMesh(mesh, Normals.areaWeighted(mesh), colours);
  }
}
