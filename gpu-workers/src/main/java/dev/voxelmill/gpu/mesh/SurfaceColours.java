package dev.voxelmill.gpu.mesh;

/**
 * The colour that a camera in front of each vertex sees in a radiance field.
 *
 * <p>A ray enters along the inward normal and composites colours by opacity, as the renderer did
 * from which they were learnt. The colour exactly at the iso-surface is a poor substitute: there
 * the field is half transparent, and what pictures constrain is the mean over the first few voxels.
 */
final class SurfaceColours {
  private static final int STEPS_PER_VOXEL = 4;

  /** How far outside the surface the ray starts, in voxels: opacity below the level counts too. */
  private static final double START_VOXELS = 1;

  private final ScalarField opacity; // alpha per voxel, [0, 1]
  private final ColourField colours;
  private final double depthVoxels;

  SurfaceColours(ScalarField opacity, ColourField colours, double depthVoxels) {
    this.opacity = opacity;
    this.colours = colours;
    this.depthVoxels = depthVoxels;
  }

  /** Colours of all vertices, (V, 3), sRGB-encoded. */
  float[] at(TriangleMesh mesh, float[] normals) {
    float[] p = mesh.positions();
    float[] seen = new float[p.length];
    for (int v = 0; v < p.length; v += 3) {
      composite(p, normals, v, seen);
    }
    return seen;
  }

  private void composite(float[] p, float[] n, int v, float[] seen) {
    float[] rgb = new float[3];
    double spacing = opacity.spacing();
    int steps = (int) Math.ceil((START_VOXELS + depthVoxels) * STEPS_PER_VOXEL);
    double transmittance = 1;
    double red = 0;
    double green = 0;
    double blue = 0;
    for (int step = 0; step < steps; step++) {
      double inward = ((step + 0.5) / STEPS_PER_VOXEL - START_VOXELS) * spacing;
      double x = p[v] - inward * n[v];
      double y = p[v + 1] - inward * n[v + 1];
      double z = p[v + 2] - inward * n[v + 2];
      double alpha = Math.max(0, Math.min(1, opacity.sample(x, y, z)));
      double passed = fourthRoot(1 - alpha);
      double weight = transmittance * (1 - passed);
      if (weight > 0) {
        colours.sample(x, y, z, rgb);
        red += weight * rgb[0];
        green += weight * rgb[1];
        blue += weight * rgb[2];
      }
      transmittance *= passed;
    }
    double seenWeight = 1 - transmittance;
    if (seenWeight > 0) {
      seen[v] = (float) (red / seenWeight);
      seen[v + 1] = (float) (green / seenWeight);
      seen[v + 2] = (float) (blue / seenWeight);
    } else {
      colours.sample(p[v], p[v + 1], p[v + 2], rgb);
      System.arraycopy(rgb, 0, seen, v, 3);
    }
  }

  /** What a quarter of a voxel lets pass, given what a whole one does. */
  private static double fourthRoot(double passedPerVoxel) {
    return Math.sqrt(Math.sqrt(passedPerVoxel));
  }
}
