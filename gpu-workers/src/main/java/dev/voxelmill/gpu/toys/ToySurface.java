package dev.voxelmill.gpu.toys;

import dev.voxelmill.gpu.random.Noise;
import dev.voxelmill.gpu.random.NoiseStream;
import java.util.Arrays;

/** Points on a toy as an observer finds them: where rays from many eyes meet it first. */
public final class ToySurface {
  /** How many eyes look at a toy. */
  public static final int EYES = 100;

  private static final NoiseStream STREAM = NoiseStream.named("toys/surface-eyes");
  private static final double RADIUS = 1.7;
  private static final int RAYS_PER_SIDE = 32;

  /** Half the side of the square that is looked through at the origin; the box of +-0.6 fits. */
  private static final double HALF_WINDOW = 1.05;

  private ToySurface() {}

  /** Points, (N, 3): what 32 x 32 rays from each of 100 eyes, the same for every toy, hit first. */
  public static double[] points(ToyObject object) {
    double[] points = new double[3 * EYES * RAYS_PER_SIDE * RAYS_PER_SIDE];
    int count = 0;
    for (int eye = 0; eye < EYES; eye++) {
      count = look(object, axes(eye), points, count);
    }
    return Arrays.copyOf(points, count);
  }

  /** Rows: unit vector from the origin to the eye, and two that are square to it. */
  private static double[][] axes(int eye) {
    float[] normals = new float[3];
    new Noise(0).fillNormals(STREAM, eye, 0, normals);
    double[] back = unit(new double[] {normals[0], normals[1], normals[2]});
    double[] side = Math.abs(back[2]) < 0.9 ? new double[] {0, 0, 1} : new double[] {1, 0, 0};
    double[] right = unit(cross(side, back));
    return new double[][] {back, right, cross(back, right)};
  }

  private static int look(ToyObject object, double[][] axes, double[] points, int from) {
    double[] eye = {RADIUS * axes[0][0], RADIUS * axes[0][1], RADIUS * axes[0][2]};
    HitTest[] tests =
        object.primitives().stream().map(part -> new HitTest(part, eye)).toArray(HitTest[]::new);
    int count = from;
    for (int row = 0; row < RAYS_PER_SIDE; row++) {
      for (int column = 0; column < RAYS_PER_SIDE; column++) {
        double up = ((row + 0.5) / RAYS_PER_SIDE * 2 - 1) * HALF_WINDOW;
        double across = ((column + 0.5) / RAYS_PER_SIDE * 2 - 1) * HALF_WINDOW;
        double[] direction = new double[3];
        for (int i = 0; i < 3; i++) {
          direction[i] = -RADIUS * axes[0][i] + across * axes[1][i] + up * axes[2][i];
        }
        direction = unit(direction);
        float nearest = HitTest.MISS;
        for (HitTest test : tests) {
          nearest =
              Math.min(
                  nearest,
                  test.distance((float) direction[0], (float) direction[1], (float) direction[2]));
        }
        if (nearest < HitTest.MISS) {
          for (int i = 0; i < 3; i++) {
            points[count++] = eye[i] + nearest * direction[i];
          }
        }
      }
    }
    return count;
  }

  private static double[] cross(double[] a, double[] b) {
    return new double[] {
      a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]
    };
  }

  private static double[] unit(double[] v) {
    double length = Math.sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
    return new double[] {v[0] / length, v[1] / length, v[2] / length};
  }
}
