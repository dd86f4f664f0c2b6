package dev.voxelmill.gpu.raster;

import dev.voxelmill.gpu.mesh.AssetMesh;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import java.util.Arrays;

/**
 * Draws a mesh with vertex colours through a pinhole camera, with a depth buffer.
 *
 * <p>Colours are interpolated perspectively and averaged over the samples of a pixel, white where
 * there is no surface. Triangles that reach behind the eye are left out: the camera belongs outside
 * the object.
 */
public final class Rasteriser {
  private static final double NEAREST_DEPTH = 1e-3;

  /** How a surface is lit. */
  public enum Shading {
    /** The vertex colours alone, as metrics compare them. */
    NONE,
    /** A little darker where the surface turns away from the camera, so that shapes read. */
    HEADLIGHT
  }

  /**
   * How a picture is taken.
   *
   * @param width pixels per row
   * @param height rows
   * @param samplesPerSide each pixel is the mean of this many samples squared
   * @param shading how the surface is lit
   */
  public record Options(int width, int height, int samplesPerSide, Shading shading) {
    public Options {
      if (width < 1 || height < 1 || width > 8192 || height > 8192) {
        throw new IllegalArgumentException(
            "size: " + width + " x " + height + " (expected: 1 to 8192 pixels)");
      }
      if (samplesPerSide < 1 || samplesPerSide > 8) {
        throw new IllegalArgumentException(
            "samplesPerSide: " + samplesPerSide + " (expected: 1 to 8)");
      }
    }

    /** A square picture as metrics compare it: 2 x 2 samples, unlit. */
    public static Options forMetrics(int sizePx) {
      return new Options(sizePx, sizePx, 2, Shading.NONE);
    }
  }

  private final int width; // in samples
  private final int height;
  private final double focal; // in samples
  private final double[] toWorld; // (3, 4) camera to world
  private final Shading shading;
  private final float[] rgb;
  private final float[] nearness; // 1 / depth; 0 where nothing was drawn

  private Rasteriser(OrbitCamera camera, Options options) {
    width = options.width() * options.samplesPerSide();
    height = options.height() * options.samplesPerSide();
    focal = width / 2.0 / StrictMath.tan(camera.fovRad() / 2);
    toWorld = camera.cameraToWorld();
    shading = options.shading();
    rgb = new float[3 * width * height];
    nearness = new float[width * height];
    Arrays.fill(rgb, 1);
  }

  /** Takes a picture. */
  public static Rendering render(AssetMesh asset, OrbitCamera camera, Options options) {
    Rasteriser rasteriser = new Rasteriser(camera, options);
    rasteriser.draw(asset);
    return rasteriser.resolve(options);
  }

  /** A vertex as the camera sees it; the place is in samples from the top left corner. */
  private record Projected(double x, double y, double nearness, Colour colour) {}

  private record Colour(double red, double green, double blue) {
    static final Colour BLACK = new Colour(0, 0, 0);
  }

  private void draw(AssetMesh asset) {
    Projected[] vertices = new Projected[asset.mesh().vertexCount()];
    for (int v = 0; v < vertices.length; v++) {
      vertices[v] = project(asset, 3 * v);
    }
    int[] t = asset.mesh().triangles();
    for (int f = 0; f < t.length; f += 3) {
      Projected a = vertices[t[f]];
      Projected b = vertices[t[f + 1]];
      Projected c = vertices[t[f + 2]];
      if (a.nearness > 0 && b.nearness > 0 && c.nearness > 0) {
        drawTriangle(a, b, c);
      }
    }
  }

  private Projected project(AssetMesh asset, int v) {
    float[] p = asset.mesh().positions();
    double dx = p[v] - toWorld[3];
    double dy = p[v + 1] - toWorld[7];
    double dz = p[v + 2] - toWorld[11];
    double depth = -(toWorld[2] * dx + toWorld[6] * dy + toWorld[10] * dz);
    if (depth < NEAREST_DEPTH) {
      return new Projected(0, 0, 0, Colour.BLACK);
    }
    double right = toWorld[0] * dx + toWorld[4] * dy + toWorld[8] * dz;
    double up = toWorld[1] * dx + toWorld[5] * dy + toWorld[9] * dz;
    double distance = Math.sqrt(dx * dx + dy * dy + dz * dz);
    float[] n = asset.normals();
    double facing = -(n[v] * dx + n[v + 1] * dy + n[v + 2] * dz) / distance;
    return new Projected(
        width / 2.0 + focal * right / depth,
        height / 2.0 - focal * up / depth,
        1 / depth,
        lit(asset.colours(), v, facing));
  }

  private Colour lit(float[] colours, int v, double facing) {
    double light =
        switch (shading) {
          case NONE -> 1;
          case HEADLIGHT -> 0.7 + 0.3 * Math.max(0, facing);
        };
    return new Colour(light * colours[v], light * colours[v + 1], light * colours[v + 2]);
  }

  private void drawTriangle(Projected a, Projected b, Projected c) {
    double area = side(a, b, c.x, c.y);
    if (area == 0) {
      return;
    }
    int left = Math.max(0, (int) Math.ceil(min(a.x, b.x, c.x) - 0.5));
    int right = Math.min(width - 1, (int) Math.floor(max(a.x, b.x, c.x) - 0.5));
    int top = Math.max(0, (int) Math.ceil(min(a.y, b.y, c.y) - 0.5));
    int bottom = Math.min(height - 1, (int) Math.floor(max(a.y, b.y, c.y) - 0.5));
    for (int row = top; row <= bottom; row++) {
      for (int column = left; column <= right; column++) {
        double x = column + 0.5;
        double y = row + 0.5;
        double wa = side(b, c, x, y) / area * a.nearness;
        double wb = side(c, a, x, y) / area * b.nearness;
        double wc = side(a, b, x, y) / area * c.nearness;
        int sample = row * width + column;
        double near = wa + wb + wc;
        if (wa >= 0 && wb >= 0 && wc >= 0 && near > nearness[sample]) {
          nearness[sample] = (float) near;
          Colour ca = a.colour;
          Colour cb = b.colour;
          Colour cc = c.colour;
          rgb[3 * sample] = (float) ((wa * ca.red + wb * cb.red + wc * cc.red) / near);
          rgb[3 * sample + 1] = (float) ((wa * ca.green + wb * cb.green + wc * cc.green) / near);
          rgb[3 * sample + 2] = (float) ((wa * ca.blue + wb * cb.blue + wc * cc.blue) / near);
        }
      }
    }
  }

  /** Twice the signed area of a triangle whose third corner is (x, y). */
  private static double side(Projected from, Projected to, double x, double y) {
    return (to.x - from.x) * (y - from.y) - (to.y - from.y) * (x - from.x);
  }

  private static double min(double a, double b, double c) {
    return Math.min(a, Math.min(b, c));
  }

  private static double max(double a, double b, double c) {
    return Math.max(a, Math.max(b, c));
  }

  /** The mean over the samples of each pixel. */
  private Rendering resolve(Options options) {
    int side = options.samplesPerSide();
    float[] pixels = new float[3 * options.width() * options.height()];
    float[] coverage = new float[options.width() * options.height()];
    float share = 1f / (side * side);
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        int sample = row * width + column;
        int pixel = row / side * options.width() + column / side;
        coverage[pixel] += nearness[sample] > 0 ? share : 0;
        for (int channel = 0; channel < 3; channel++) {
          pixels[3 * pixel + channel] += share * rgb[3 * sample + channel];
        }
      }
    }
    return new Rendering(new Picture(options.width(), options.height(), pixels), coverage);
  }
}
