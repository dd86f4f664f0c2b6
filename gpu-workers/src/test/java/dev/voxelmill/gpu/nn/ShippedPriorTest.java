package dev.voxelmill.gpu.nn;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.OnDeviceThread;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.toys.ToyFamily;
import dev.voxelmill.gpu.train.HeldOutViews;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@OnDeviceThread
class ShippedPriorTest {
  /** Few pairs, so the bounds leave room: the model card has the figures over 200. */
  private static final int PAIRS = 20;

  @ParameterizedTest
  @CsvSource({"CAR, 21", "ANIMAL, 21", "DUCK, 23", "ROCKET, 22"})
  void toysNeverSeenAreImaginedFarBetterThanByCopying(ToyFamily family, double boundDb) {
    try (NDManager root = Torch.start(TorchOptions.cpu()).newScope();
        TrainedPrior prior = TrainedPrior.shipped(root)) {

      HeldOutViews.Scores scores = new HeldOutViews(family, PAIRS).measure(root, prior);

      assertTrue(scores.psnrDb().mean() > boundDb, scores::toString);
      assertTrue(scores.psnrDb().mean() > scores.copyPsnrDb() + 5, scores::toString);
      assertTrue(scores.maskIou() > 0.8, scores::toString);
    }
  }
}
