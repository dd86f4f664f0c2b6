package dev.voxelmill.gpu.task;

import dev.voxelmill.gpu.zero123.RelativePose;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.plan.ViewOffsets;
import java.util.List;
import java.util.Locale;

/** The views that a request of {@code zero123} asks for, as the model and as a camera tell them. */
final class WantedViews {
  private static final double STEEPEST_DEG = 89.9;

  private WantedViews() {}

  /** The poses of a request. */
  static List<ViewOffsets.Pose> of(TaskInput input) {
    return ViewOffsets.parse(input.parameters().text("poses")).orElseThrow().poses();
  }

  /** What the model is told of each pose. */
  static List<RelativePose> told(List<ViewOffsets.Pose> poses) {
    return poses.stream()
        .map(pose -> RelativePose.ofDegrees(pose.downDeg(), pose.rightDeg(), pose.radius()))
        .toList();
  }

  /**
   * The camera of each pose.
   *
   * @param input the camera of the given picture, at azimuth 0
   * @throws UnopenableTaskException when a pose leads over a pole or through the object
   */
  static List<OrbitCamera> cameras(List<ViewOffsets.Pose> poses, OrbitCamera input) {
    return poses.stream().map(pose -> camera(pose, input)).toList();
  }

  private static OrbitCamera camera(ViewOffsets.Pose pose, OrbitCamera input) {
    double elevationDeg = StrictMath.toDegrees(input.elevationRad()) - pose.downDeg();
    double radius = input.radius() + pose.radius();
    if (!(Math.abs(elevationDeg) <= STEEPEST_DEG) || !(radius > 0)) {
      throw new UnopenableTaskException(
          JobFailure.Code.INVALID_REQUEST,
          String.format(
              Locale.ROOT,
              "parameters.poses: %s leads to an elevation of %.1f degrees and a radius of %.3f"
                  + " (expected: within +-%.1f degrees, radius > 0; fix: another pose, or"
                  + " camera.elevationDeg, camera.radius)",
              pose,
              elevationDeg,
              radius,
              STEEPEST_DEG));
    }
    return new OrbitCamera(
        input.azimuthRad() + StrictMath.toRadians(pose.rightDeg()),
        StrictMath.toRadians(elevationDeg),
        radius,
        input.fovRad());
  }
}
