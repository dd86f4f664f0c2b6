package dev.voxelmill.gpu.field;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * The cameras that SJC and 3drec train and test with (sjc pose.py; zero123 3drec/pose.py). Random
 * numbers are arguments, so a recorded stream or a counter-based one can be given.
 */
public final class ReferencePoses {
  /** Below this draw of the polar angle a view counts as seen from above; radians. */
  private static final double OVERHEAD_RAD = StrictMath.toRadians(30);

  /** Smallest radius of a spiral round its axis; keeps the camera off the pole. */
  private static final double SPIRAL_CORE = 0.5;

  private static final List<String> SIDES =
      List.of("front view of", "side view of", "backside view of", "side view of");

  private ReferencePoses() {}

  /**
   * An SJC training eye from two uniform numbers in [0, 1): azimuth over the full circle, polar
   * draw {@code v} over 100 degrees, polar angle {@code arccos(1 - 2 v / pi)}.
   */
  public static double[] trainEye(double azimuthDraw, double polarDraw, double radius, UpAxis up) {
    double azimuthRad = StrictMath.toRadians(azimuthDraw * 360);
    double polarRad = StrictMath.acos(1 - 2 * (polarRad(polarDraw) / Math.PI));
    double planar = radius * StrictMath.sin(polarRad);
    return up.point(
        planar * StrictMath.cos(Math.PI - azimuthRad),
        planar * StrictMath.sin(Math.PI - azimuthRad),
        radius * StrictMath.cos(polarRad));
  }

  /** What SJC writes before the prompt for the eye of the same two draws. */
  public static String viewPrompt(double azimuthDraw, double polarDraw) {
    if (polarRad(polarDraw) < OVERHEAD_RAD) {
      return "overhead view of";
    }
    int quadrant = (int) Math.floor((azimuthDraw * 360 + 45) % 360 / 90);
    return SIDES.get(quadrant);
  }

  private static double polarRad(double draw) {
    return Math.clamp(draw * StrictMath.toRadians(100), 1e-2, Math.PI - 1e-2);
  }

  /**
   * A 3drec training eye: a direction from the cube [-1, 1]^3 and a radius in [1.8, 2.2), drawn
   * again until its height lies in (-0.5, 2.2).
   */
  public static double[] shellEye(DoubleSupplier uniform) {
    while (true) {
      double x = 2 * uniform.getAsDouble() - 1;
      double y = 2 * uniform.getAsDouble() - 1;
      double z = 2 * uniform.getAsDouble() - 1;
      double radius = 1.8 + (2.2 - 1.8) * uniform.getAsDouble();
      double length = Math.sqrt(x * x + y * y + z * z);
      double height = z / length * radius;
      if (height < 2.2 && height > -0.5) {
        return new double[] {x / length * radius, y / length * radius, height};
      }
    }
  }

  /** A test path that winds down from {@code height} to the equator and looks at the origin. */
  public static List<Pose> spiral(double radius, double height, int steps, int rounds, UpAxis up) {
    List<Pose> poses = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      double ratio = (i + 1.0) / steps;
      double angleRad = StrictMath.toRadians(ratio * 360 * rounds);
      double planar = Math.max(radius * StrictMath.sin(ratio * Math.PI / 2), SPIRAL_CORE);
      double[] eye =
          up.point(
              planar * StrictMath.cos(angleRad),
              planar * StrictMath.sin(angleRad),
              height * (1 - ratio));
      poses.add(Pose.lookingAtOrigin(eye, up));
    }
    return poses;
  }
}
