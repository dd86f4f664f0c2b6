package dev.voxelmill.gpu.field;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.Argument;
import dev.voxelmill.gpu.engine.Kernel;
import dev.voxelmill.gpu.engine.KernelSource;
import dev.voxelmill.gpu.engine.Shapes;
import java.util.List;

/**
 * The regularisers of SJC (run_sjc.py, {@code sjc_3d}), 3drec (3drec/run_zero123.py, my3d.py) and
 * the small prior's recipe, each as a value and a written-out gradient, unweighted.
 */
public final class FieldLosses implements AutoCloseable {
  /** Pixels at each edge that centre depth counts as border; 7 of 64 in SJC. */
  public static final int DEPTH_BORDER_PX = 7;

  /** Smallest distance whose logarithm the safe centre depth takes. */
  private static final double DEPTH_FLOOR = 1e-6;

  private final Kernel kernel;

  public FieldLosses(NDManager owner) {
    kernel =
        Kernel.compile(
            owner, KernelSource.resource(FieldLosses.class, "losses.torchscript", "Losses"));
  }

  /** SJC's emptiness: the mean over all n k samples of {@code log(1 + scale w)}. */
  public LossValue emptiness(NDManager scope, NDArray weights, double scale) {
    return pair(scope, "emptiness", Argument.of(weights), Argument.of(scale));
  }

  /**
   * 3drec's emptiness, which rewards what SJC punishes: the mean of {@code -w/2 log(1 + scale w)}.
   */
  public LossValue signedEmptiness(NDManager scope, NDArray weights, double scale) {
    return pair(scope, "signed_emptiness", Argument.of(weights), Argument.of(scale));
  }

  /**
   * Draws the centre of a depth picture (H, W) in front of its border: {@code -log(max(border -
   * centre, 1e-6))} of the two mean depths.
   */
  public LossValue centreDepth(NDManager scope, NDArray depth) {
    return centreDepth(scope, depth, true);
  }

  /**
   * SJC's own centre depth, {@code -log(centre - border + 1e-12)}: its gradient agrees with {@link
   * #centreDepth} wherever the centre is in front, but its value is not a number there.
   */
  public LossValue recordedCentreDepth(NDManager scope, NDArray depth) {
    return centreDepth(scope, depth, false);
  }

  private LossValue centreDepth(NDManager scope, NDArray depth, boolean safe) {
    Shapes.require(depth, "depth", -1, -1);
    long smallest = Math.min(depth.getShape().get(0), depth.getShape().get(1));
    if (smallest <= 2 * DEPTH_BORDER_PX) {
      throw new IllegalArgumentException(
          "depth: %s (expected: more than %d pixels each way; fix: render larger or switch centre depth off)"
              .formatted(depth.getShape(), 2 * DEPTH_BORDER_PX));
    }
    return pair(
        scope,
        "centre_depth",
        Argument.of(depth),
        Argument.of(DEPTH_BORDER_PX),
        Argument.of(DEPTH_FLOOR),
        Argument.of(safe));
  }

  /** Half the mean absolute step between neighbouring pixels of a depth picture (H, W). */
  public LossValue depthSmoothness(NDManager scope, NDArray depth) {
    Shapes.require(depth, "depth", -1, -1);
    return pair(scope, "depth_smoothness", Argument.of(depth));
  }

  /**
   * Mean absolute difference; the gradient is with respect to {@code a}, that of b its negative.
   */
  public LossValue meanDistance(NDManager scope, NDArray a, NDArray b) {
    return pair(scope, "mean_distance", Argument.of(a), Argument.of(b));
  }

  /** Mean squared difference; the gradient is with respect to {@code a}. */
  public LossValue squaredError(NDManager scope, NDArray a, NDArray b) {
    return pair(scope, "squared_error", Argument.of(a), Argument.of(b));
  }

  /**
   * Total variation of a field: mean absolute step of softplus density along each axis, plus {@code
   * colourWeight} times that of the colour features. The gradient has the grid's shape.
   */
  public LossValue variation(NDManager scope, VoxelField field, double colourWeight) {
    return pair(
        scope,
        "field_variation",
        Argument.of(field.grid()),
        Argument.of(field.logGain()),
        Argument.of(field.layout().shift()),
        Argument.of(colourWeight));
  }

  @Override
  public void close() {
    kernel.close();
  }

  private LossValue pair(NDManager scope, String method, Argument... arguments) {
    NDList out = kernel.call(scope, method, List.of(arguments));
    return new LossValue(out.get(0), out.get(1));
  }
}
