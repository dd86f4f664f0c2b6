package dev.voxelmill.gpu.field;

import dev.voxelmill.protocols.geometry.OrbitCamera;
import java.util.Arrays;

/**
 * Where a camera stands: the upper three rows of camera-to-world, row-major. Columns are the
 * camera's x (right), y (up) and z (backwards, OpenGL) axes and the eye, in world coordinates.
 */
public final class Pose {
  private final double[] cameraToWorld;

  private Pose(double[] cameraToWorld) {
    this.cameraToWorld = cameraToWorld;
  }

  /** The pose of an orbit camera. */
  public static Pose of(OrbitCamera camera) {
    return new Pose(camera.cameraToWorld());
  }

  /** Reads a row-major (3, 4) or (4, 4) camera-to-world matrix. */
  public static Pose ofMatrix(double[] matrix) {
    if (matrix.length != 12 && matrix.length != 16) {
      throw new IllegalArgumentException(
          "pose: " + matrix.length + " numbers (expected: 12 or 16, row-major)");
    }
    return new Pose(Arrays.copyOf(matrix, 12));
  }

  /** A camera at {@code eye} that looks at the origin (sjc my3d.py, {@code camera_pose}). */
  public static Pose lookingAtOrigin(double[] eye, UpAxis up) {
    return looking(eye, new double[3], up);
  }

  /** A camera at {@code eye} that looks at {@code target}. */
  static Pose looking(double[] eye, double[] target, UpAxis up) {
    double[] z =
        normalised(new double[] {eye[0] - target[0], eye[1] - target[1], eye[2] - target[2]});
    double[] x = normalised(cross(up.direction(), z));
    double[] y = normalised(cross(z, x));
    double[] rows = new double[12];
    for (int axis = 0; axis < 3; axis++) {
      rows[4 * axis] = x[axis];
      rows[4 * axis + 1] = y[axis];
      rows[4 * axis + 2] = z[axis];
      rows[4 * axis + 3] = eye[axis];
    }
    return new Pose(rows);
  }

  /** The camera's centre in the world, (3). */
  public double[] eye() {
    return new double[] {cameraToWorld[3], cameraToWorld[7], cameraToWorld[11]};
  }

  /** The (3, 4) matrix, row-major. */
  public double[] matrix() {
    return cameraToWorld.clone();
  }

  /**
   * A direction in camera axes, turned into world axes and written to {@code to} from {@code at}.
   */
  void turn(double x, double y, double z, double[] to, int at) {
    for (int axis = 0; axis < 3; axis++) {
      int row = 4 * axis;
      to[at + axis] =
          cameraToWorld[row] * x + cameraToWorld[row + 1] * y + cameraToWorld[row + 2] * z;
    }
  }

  private static double[] cross(double[] a, double[] b) {
    return new double[] {
      a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]
    };
  }

  private static double[] normalised(double[] v) {
    double length = Math.sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
    if (!(length > 0)) {
      throw new IllegalArgumentException(
          "pose: no direction (expected: an eye that is neither at its target nor straight above it)");
    }
    return new double[] {v[0] / length, v[1] / length, v[2] / length};
  }
}
