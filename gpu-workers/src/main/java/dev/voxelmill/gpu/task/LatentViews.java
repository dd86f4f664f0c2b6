package dev.voxelmill.gpu.task;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.distill.LatentScenes;
import dev.voxelmill.gpu.field.FieldState;
import dev.voxelmill.gpu.field.FieldTrainer;
import dev.voxelmill.gpu.field.OptimiserRule;
import dev.voxelmill.gpu.field.Shown;
import dev.voxelmill.gpu.field.View;
import dev.voxelmill.gpu.field.VoxelField;
import dev.voxelmill.gpu.raster.Picture;
import dev.voxelmill.gpu.zero123.Zero123Model;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import java.util.ArrayList;
import java.util.List;

/** A latent field seen from all around and decoded. */
final class LatentViews {
  private static final int AROUND = 12;

  private LatentViews() {}

  /**
   * One decoded view.
   *
   * @param camera in the world of the field
   * @param picture as it was decoded
   * @param depth mean distance along each ray of what it meets, (n, n); infinite where it meets
   *     hardly anything
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Decoded(OrbitCamera camera, Picture picture, float[] depth) {
    /** What must be met of a ray for its mean distance to mean something. */
    private static final float LEAST_OPACITY = 0.05f;

    private static Decoded of(OrbitCamera camera, Picture picture, Shown shown, double empty) {
      float[] depth = shown.depth().toFloatArray();
      float[] opacity = shown.rendering().opacity().toFloatArray();
      for (int ray = 0; ray < depth.length; ray++) {
        depth[ray] =
            opacity[ray] < LEAST_OPACITY
                ? Float.POSITIVE_INFINITY
                : (float) ((depth[ray] - (1 - opacity[ray]) * empty) / opacity[ray]);
      }
      return new Decoded(camera, picture, depth);
    }
  }

  /** The camera where 3drec puts the input's, with its direction and field of view. */
  static OrbitCamera atInputRadius(OrbitCamera camera) {
    return new OrbitCamera(
        camera.azimuthRad(), camera.elevationRad(), LatentScenes.INPUT_RADIUS, camera.fovRad());
  }

  /** The field from the input's camera and from all around. */
  static List<Decoded> of(
      NDManager scope, Zero123Model model, VoxelField field, OrbitCamera input) {
    List<OrbitCamera> cameras = new ArrayList<>();
    cameras.add(atInputRadius(input));
    ViewRings.ofSize(AROUND, input.fovRad()).forEach(one -> cameras.add(atInputRadius(one)));
    List<Decoded> views = new ArrayList<>();
    try (FieldTrainer trainer =
        new FieldTrainer(
            scope,
            LatentScenes.of(field.layout(), model.codec().white(scope)),
            OptimiserRule.ADAMAX,
            FieldState.fresh(field))) {
      for (OrbitCamera camera : cameras) {
        try (NDManager view = scope.newSubManager()) {
          Shown shown = trainer.show(view, View.of(camera, model.latentPx()));
          Picture picture =
              Pictures.of(model.codec().decode(view, shown.picture()).mul(2).sub(1), 0);
          views.add(Decoded.of(camera, picture, shown, field.layout().emptyDepth()));
        }
      }
    }
    return views;
  }
}
