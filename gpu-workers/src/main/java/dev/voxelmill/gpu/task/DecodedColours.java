package dev.voxelmill.gpu.task;

import dev.voxelmill.gpu.mesh.ColourField;
import java.util.List;

/**
 * Colours of a latent field, which has none of its own: at a point, those of the decoded views that
 * see it.
 *
 * <p>A view counts by how near the point is to what the view's ray meets: {@code 1 / (1 + (d /
 * tau)^4)}, d the difference of distances and tau the blur of the depth. What no view sees takes a
 * little of all of them.
 */
final class DecodedColours implements ColourField {
  private static final double HIDDEN = 1e-6;

  private final List<Sight> sights;
  private final double scale;

  /**
   * @param views of the field
   * @param blur of their depths, in the field's units
   * @param scale from the units of the field to those in which points are given
   */
  DecodedColours(List<LatentViews.Decoded> views, double blur, double scale) {
    this.scale = scale;
    sights = views.stream().map(view -> new Sight(view, blur)).toList();
  }

  @Override
  public void sample(double x, double y, double z, float[] rgb) {
    double[] sums = new double[4];
    for (Sight sight : sights) {
      sight.add(x / scale, y / scale, z / scale, sums);
    }
    for (int channel = 0; channel < 3; channel++) {
      rgb[channel] = (float) (sums[channel] / sums[3]);
    }
  }

  /** A decoded view with its projection. */
  private static final class Sight {
    private final LatentViews.Decoded view;
    private final double[] toWorld; // (3, 4) camera to world
    private final double focal; // in widths of the picture
    private final int depthPx;
    private final double blur;

    private Sight(LatentViews.Decoded view, double blur) {
      this.view = view;
      this.blur = blur;
      toWorld = view.camera().cameraToWorld();
      focal = 0.5 / StrictMath.tan(view.camera().fovRad() / 2);
      depthPx = (int) Math.round(Math.sqrt(view.depth().length));
    }

    /** Adds weight times colour, and the weight. */
    private void add(double x, double y, double z, double[] sums) {
      double dx = x - toWorld[3];
      double dy = y - toWorld[7];
      double dz = z - toWorld[11];
      double ahead = -(toWorld[2] * dx + toWorld[6] * dy + toWorld[10] * dz);
      double right = toWorld[0] * dx + toWorld[4] * dy + toWorld[8] * dz;
      double up = toWorld[1] * dx + toWorld[5] * dy + toWorld[9] * dz;
      double u = 0.5 + focal * right / ahead;
      double v = 0.5 - focal * up / ahead;
      double distance = Math.sqrt(dx * dx + dy * dy + dz * dz);
      double off = (distance - view.depth()[at(v, depthPx) * depthPx + at(u, depthPx)]) / blur;
      double weight = HIDDEN + 1 / (1 + off * off * off * off);
      int width = view.picture().width();
      int pixel = 3 * (at(v, view.picture().height()) * width + at(u, width));
      for (int channel = 0; channel < 3; channel++) {
        sums[channel] += weight * view.picture().rgb()[pixel + channel];
      }
      sums[3] += weight;
    }

    /** The pixel of a coordinate in widths; what lies outside takes the border. */
    private static int at(double coordinate, int pixels) {
      return (int) Math.max(0, Math.min(pixels - 1, Math.floor(coordinate * pixels)));
    }
  }
}
