package dev.voxelmill.gpu.metrics;

import dev.voxelmill.protocols.geometry.OrbitCamera;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * A named camera from which a delivered mesh is compared with the truth.
 *
 * <p>The twelve poses stand round the object in the truth's own frame, at every 30 degrees of
 * azimuth from 7.4 on (0.13 radians, so that none looks along an axis), at elevations of 5, 25 and
 * 45 degrees in turn, 1.7 away. An asset's frame is turned so that its input camera is at azimuth
 * 0; whoever compares turns the poses back with {@link OrbitCamera#turned}.
 *
 * @param name as in {@code a037-e25}: azimuth and elevation in degrees
 */
public record EvaluationPose(String name, OrbitCamera camera) {
  private static final int COUNT = 12;
  private static final double AZIMUTH_OFFSET_RAD = 0.13;
  private static final int[] ELEVATIONS_DEG = {5, 25, 45};
  private static final double RADIUS = 1.7;
  private static final double FOV_DEG = 49.1;

  /** Width and height of the pictures that are compared. */
  public static final int PICTURE_PX = 64;

  /** The twelve poses in order of azimuth. */
  public static final List<EvaluationPose> ALL =
      IntStream.range(0, COUNT).mapToObj(EvaluationPose::pose).toList();

  private static EvaluationPose pose(int k) {
    double azimuthRad = 2 * Math.PI * k / COUNT + AZIMUTH_OFFSET_RAD;
    int elevationDeg = ELEVATIONS_DEG[k % ELEVATIONS_DEG.length];
    double azimuthDeg = StrictMath.toDegrees(azimuthRad);
    return new EvaluationPose(
        String.format(Locale.ROOT, "a%03d-e%02d", (int) azimuthDeg, elevationDeg),
        OrbitCamera.ofDegrees(azimuthDeg, elevationDeg, RADIUS, FOV_DEG));
  }
}
