package dev.voxelmill.gpu.projection;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.engine.Argument;
import dev.voxelmill.gpu.engine.Kernel;
import dev.voxelmill.gpu.engine.KernelSource;
import dev.voxelmill.gpu.field.FieldLayout;
import dev.voxelmill.gpu.field.FieldState;
import dev.voxelmill.gpu.field.FieldTrainer;
import dev.voxelmill.gpu.field.OptimiserRule;
import dev.voxelmill.gpu.field.Scene;
import dev.voxelmill.gpu.field.View;
import dev.voxelmill.gpu.field.VoxelField;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Lifts posed pictures into a voxel field.
 *
 * <p>Occupancy is a soft visual hull: the weighted mean coverage of a voxel's centre over all
 * views, between two bounds, which the input view may veto. Colour is the mean over the views of
 * what they show at the centre, weighed by {@code exp(-d)} with d the voxels by which the centre
 * lies behind the first surface on that ray; the surface comes from rendering the hull. Views are
 * summed in the order of their cameras, so the order in which they are handed over does not matter.
 */
public final class Projection {
  /** The input picture is known, the others are imagined. */
  private static final double INPUT_WEIGHT = 3;

  /** Mean coverage at which a voxel begins to be occupied, and at which it is fully so. */
  private static final double HULL_LOW = 0.65;

  private static final double HULL_HIGH = 0.95;

  /** Coverage in the input view below which a voxel fades. */
  private static final double VETO = 0.5;

  /** Opacity of an empty and of a full voxel; neither is so extreme that its gradient vanishes. */
  private static final double FAINT = 0.004;

  private static final double SOLID = 0.9;

  private Projection() {}

  /**
   * The field that the views suggest.
   *
   * @param owner of the field's tensors
   * @param scene of an RGB field
   * @param input the picture that is known
   * @param views the imagined ones, in any order
   */
  public static VoxelField lift(
      NDManager owner, Scene scene, PosedPicture input, List<PosedPicture> views) {
    FieldLayout layout = scene.layout();
    List<PosedPicture> all = new ArrayList<>();
    all.add(input);
    views.stream().sorted(PosedPicture.ORDER).forEach(all::add);
    try (NDManager scope = owner.newSubManager();
        Kernel kernel =
            Kernel.compile(
                scope, KernelSource.resource(Projection.class, "lifting.torchscript", "Lifting"))) {
      NDArray weights = scope.create(weights(all.size())); // (V)
      NDList seen = project(scope, kernel, layout, all);
      NDArray place = seen.get(0); // (V, M, 2)
      NDArray sampled = kernel.callOne(scope, "sample", pictures(scope, all), place); // (V, 4, M)
      NDArray coverage = sampled.get(":, 3").add(1).div(2); // (V, M)
      NDArray occupancy =
          kernel.callOne(
              scope,
              "occupancy",
              List.of(
                  Argument.of(coverage),
                  Argument.of(weights),
                  Argument.of(HULL_LOW),
                  Argument.of(HULL_HIGH),
                  Argument.of(VETO)));
      float[] density = density(scope, kernel, layout, occupancy);
      VoxelField hull =
          VoxelField.of(scope, layout, density, new float[3 * VoxelField.voxels(layout)]);
      NDArray first =
          kernel.callOne(scope, "sample", depths(scope, scene, hull, all), place); // (V, 1, M)
      NDArray colour =
          kernel.callOne(
              scope,
              "stored_colour",
              List.of(
                  Argument.of(sampled),
                  Argument.of(seen.get(1)),
                  Argument.of(first),
                  Argument.of(weights),
                  Argument.of(layout.voxelEdge())));
      return VoxelField.of(owner, layout, density, colour.toFloatArray());
    }
  }

  private static float[] weights(int views) {
    float[] weights = new float[views];
    Arrays.fill(weights, 1);
    weights[0] = (float) INPUT_WEIGHT;
    return weights;
  }

  private static float[] density(
      NDManager scope, Kernel kernel, FieldLayout layout, NDArray occupancy) {
    return kernel
        .callOne(
            scope,
            "stored_density",
            List.of(
                Argument.of(occupancy),
                Argument.of(FAINT),
                Argument.of(SOLID),
                Argument.of(layout.voxelEdge()),
                Argument.of(layout.shift()),
                Argument.of(layout.scale())))
        .toFloatArray();
  }

  private static NDArray pictures(NDManager scope, List<PosedPicture> views) {
    NDArray all =
        NDArrays.concat(new NDList(views.stream().map(PosedPicture::picture).toList()), 0);
    all.attach(scope);
    return all;
  }

  /** The first surface on each ray of each view, (V, 1, n, n). */
  private static NDArray depths(
      NDManager scope, Scene scene, VoxelField hull, List<PosedPicture> views) {
    NDList depths = new NDList();
    try (FieldTrainer trainer =
        new FieldTrainer(scope, scene, OptimiserRule.ADAM, FieldState.fresh(hull))) {
      for (PosedPicture view : views) {
        NDArray depth = trainer.show(scope, View.of(view.camera(), view.sizePx())).depth();
        depths.add(depth.reshape(1, 1, view.sizePx(), view.sizePx()));
      }
    }
    return NDArrays.concat(depths, 0);
  }

  private static NDList project(
      NDManager scope, Kernel kernel, FieldLayout layout, List<PosedPicture> views) {
    int count = views.size();
    float[] eyes = new float[3 * count];
    float[] axes = new float[9 * count];
    float[] zoom = new float[count];
    for (int view = 0; view < count; view++) {
      double[] pose = views.get(view).camera().cameraToWorld();
      for (int row = 0; row < 3; row++) {
        for (int column = 0; column < 3; column++) {
          axes[9 * view + 3 * row + column] = (float) pose[4 * row + column];
        }
        eyes[3 * view + row] = (float) pose[4 * row + 3];
      }
      zoom[view] = (float) (1 / StrictMath.tan(views.get(view).camera().fovRad() / 2));
    }
    return kernel.call(
        scope,
        "project",
        centres(scope, layout),
        scope.create(eyes, new Shape(count, 3)),
        scope.create(axes, new Shape(count, 3, 3)),
        scope.create(zoom));
  }

  /** World coordinates of every voxel's centre, (Z Y X, 3). */
  private static NDArray centres(NDManager scope, FieldLayout layout) {
    float[] points = new float[3 * VoxelField.voxels(layout)];
    int at = 0;
    for (int z = 0; z < layout.z(); z++) {
      for (int y = 0; y < layout.y(); y++) {
        for (int x = 0; x < layout.x(); x++) {
          points[at++] = (float) layout.centre(0, x);
          points[at++] = (float) layout.centre(1, y);
          points[at++] = (float) layout.centre(2, z);
        }
      }
    }
    return scope.create(points, new Shape(points.length / 3, 3));
  }
}
