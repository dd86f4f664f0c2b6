package dev.voxelmill.gpu.toys;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.diffusion.ViewPrior;
import dev.voxelmill.gpu.engine.Shapes;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import java.util.List;

/**
 * The prior of one who knows the object: its posterior mean is the picture itself, whatever the
 * noise.
 *
 * <p>Distilling it must recover the object, which tests geometry, signs and conventions end to end
 * without any learning.
 */
public final class OraclePrior implements ViewPrior {
  private final ToyObject object;
  private final ToyRenderer renderer;
  private final int resolution;

  public OraclePrior(ToyObject object, int resolution) {
    this.object = requireNonNull(object, "object");
    this.resolution = resolution;
    renderer = new ToyRenderer(resolution);
  }

  @Override
  public int resolution() {
    return resolution;
  }

  @Override
  public NDArray denoise(
      NDManager scope,
      NDArray z,
      int[] timesteps,
      List<OrbitCamera> targets,
      double guidanceScale) {
    int rows = targets.size();
    Shapes.require(z, "z", rows, 4, resolution, resolution);
    int length = renderer.pictureLength();
    float[] pictures = new float[rows * length];
    for (int row = 0; row < rows; row++) {
      renderer.render(object, targets.get(row), pictures, row * length);
    }
    for (int i = 0; i < pictures.length; i++) {
      pictures[i] = 2 * pictures[i] - 1;
    }
    return scope.create(pictures, new Shape(rows, 4, resolution, resolution));
  }

  @Override
  public void close() {}
}
