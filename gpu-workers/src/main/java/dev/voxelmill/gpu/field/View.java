package dev.voxelmill.gpu.field;

import static java.util.Objects.requireNonNull;

import dev.voxelmill.protocols.geometry.OrbitCamera;

/** A camera in its place. */
public record View(Intrinsics intrinsics, Pose pose) {
  public View {
    requireNonNull(intrinsics, "intrinsics");
    requireNonNull(pose, "pose");
  }

  /** An orbit camera that takes square pictures of the given edge. */
  public static View of(OrbitCamera camera, int sizePx) {
    return new View(Intrinsics.ofFov(sizePx, sizePx, camera.fovRad()), Pose.of(camera));
  }

  /** One ray through every pixel centre. */
  public Rays rays() {
    return Rays.through(intrinsics, pose);
  }

  /** The orbit camera with this eye and field of view, world +Z up. */
  public OrbitCamera orbit() {
    double[] eye = pose.eye();
    double planar = Math.sqrt(eye[0] * eye[0] + eye[1] * eye[1]);
    return new OrbitCamera(
        StrictMath.atan2(eye[1], eye[0]),
        StrictMath.atan2(eye[2], planar),
        Math.sqrt(planar * planar + eye[2] * eye[2]),
        2 * StrictMath.atan(intrinsics.width() / 2.0 / intrinsics.focalPx()));
  }
}
