package dev.voxelmill.gpu.eval;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.diffusion.ViewPrior;
import dev.voxelmill.gpu.diffusion.ViewPriorModel;
import dev.voxelmill.gpu.toys.OraclePrior;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import java.util.List;

/** The model of one who knows the toy: what is measured with it is the rest of the pipeline. */
final class OracleModel implements ViewPriorModel {
  private final HeldOutToy toy;

  OracleModel(HeldOutToy toy) {
    this.toy = toy;
  }

  @Override
  public int resolution() {
    return HeldOutToy.PICTURE_PX;
  }

  @Override
  public double fovRad() {
    return toy.input().fovRad();
  }

  @Override
  public ViewPrior condition(NDManager owner, NDArray picture, OrbitCamera camera) {
    return new Turned(new OraclePrior(toy.object(), resolution()));
  }

  @Override
  public void close() {}

  /** Answers in the frame of the input camera. */
  private final class Turned implements ViewPrior {
    private final OraclePrior prior;

    Turned(OraclePrior prior) {
      this.prior = prior;
    }

    @Override
    public int resolution() {
      return prior.resolution();
    }

    @Override
    public NDArray denoise(
        NDManager scope,
        NDArray z,
        int[] timesteps,
        List<OrbitCamera> targets,
        double guidanceScale) {
      List<OrbitCamera> turned = targets.stream().map(toy::inToyFrame).toList();
      return prior.denoise(scope, z, timesteps, turned, guidanceScale);
    }

    @Override
    public void close() {
      prior.close();
    }
  }
}
