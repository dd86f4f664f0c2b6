package dev.voxelmill.gpu.field;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;

/**
 * The gradient of a scalar with respect to everything that a rendering shows, summed up term by
 * term before one backward pass.
 */
public final class RenderGradient {
  private final NDArray image; // (C, n) float32
  private final NDArray opacity; // (n) float32
  private final NDArray depth; // (n) float32
  private Optional<NDArray> weights = Optional.empty(); // (n, k) float32
  private final NDManager scope;

  /** A gradient of zero for a rendering. */
  public RenderGradient(NDManager scope, Rendering rendering) {
    this.scope = scope;
    image = rendering.image().zerosLike();
    opacity = rendering.opacity().zerosLike();
    depth = rendering.depth().zerosLike();
    image.attach(scope);
    opacity.attach(scope);
    depth.attach(scope);
  }

  /**
   * Adds {@code factor} times a gradient with respect to the colours, any shape of C n elements.
   */
  public RenderGradient addImage(NDArray gradient, double factor) {
    return add(image, gradient, factor);
  }

  /** Adds {@code factor} times a gradient with respect to the opacity, any shape of n elements. */
  public RenderGradient addOpacity(NDArray gradient, double factor) {
    return add(opacity, gradient, factor);
  }

  /** Adds {@code factor} times a gradient with respect to the depth, any shape of n elements. */
  public RenderGradient addDepth(NDArray gradient, double factor) {
    return add(depth, gradient, factor);
  }

  /** Adds {@code factor} times a gradient with respect to the weights, (n, k). */
  public RenderGradient addWeights(NDArray gradient, double factor) {
    if (weights.isEmpty()) {
      NDArray zeros = gradient.zerosLike();
      zeros.attach(scope);
      weights = Optional.of(zeros);
    }
    return add(weights.get(), gradient, factor);
  }

  private RenderGradient add(NDArray sum, NDArray gradient, double factor) {
    try (NDArray shaped = gradient.reshape(sum.getShape());
        NDArray scaled = shaped.mul(factor)) {
      sum.addi(scaled);
    }
    return this;
  }

  NDArray image() {
    return image;
  }

  NDArray opacity() {
    return opacity;
  }

  NDArray depth() {
    return depth;
  }

  /** The gradient with respect to the weights, or an array of no elements if there is none. */
  NDArray weightsOrNone() {
    return weights.orElseGet(() -> scope.zeros(new Shape(0), DataType.FLOAT32));
  }
}
