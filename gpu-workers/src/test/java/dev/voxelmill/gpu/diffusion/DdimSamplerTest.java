package dev.voxelmill.gpu.diffusion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.OnDeviceThread;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.toys.OraclePrior;
import dev.voxelmill.gpu.toys.ToyFamily;
import dev.voxelmill.gpu.toys.ToyObject;
import dev.voxelmill.gpu.toys.ToyRenderer;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnDeviceThread
class DdimSamplerTest {
  private static final int SIZE = 16;
  private static final ToyObject DUCK = ToyObject.of(60_000_000, ToyFamily.DUCK);
  private static final List<OrbitCamera> TARGETS =
      List.of(OrbitCamera.ofDegrees(30, 20, 1.7, 49.1), OrbitCamera.ofDegrees(-90, -10, 1.6, 49.1));

  private NDManager root;

  @BeforeEach
  void open() {
    root = Torch.start(TorchOptions.cpu()).newScope();
  }

  @AfterEach
  void close() {
    root.close();
  }

  @Test
  void oneStepIsThePosteriorMean() {
    DdimSampler sampler = new DdimSampler(new OraclePrior(DUCK, SIZE), TARGETS, 1, 1);

    float[] views = sampler.step(root, 0, sampler.start(root, 5)).toFloatArray();

    assertArrayEquals(signedPictures(), views);
  }

  @Test
  void manyStepsOfAnOracleEndAtTheSamePictures() {
    DdimSampler sampler = new DdimSampler(new OraclePrior(DUCK, SIZE), TARGETS, 7, 1);

    NDArray z = sampler.start(root, 5);
    for (int step = 0; step < sampler.steps(); step++) {
      z = sampler.step(root, step, z);
    }

    assertArrayEquals(signedPictures(), z.toFloatArray());
  }

  @Test
  void noiseFallsByTheRatioOfTheLevels() {
    DdimSampler sampler = new DdimSampler(new OraclePrior(DUCK, SIZE), TARGETS, 2, 1);
    NDArray start = sampler.start(root, 5);

    NDArray next = sampler.step(root, 0, start);

    NoiseSchedule schedule = NoiseSchedule.scaledLinear();
    float[] clean = signedPictures();
    double ratio = schedule.sigma(500) / schedule.sigma(999);
    double expected = clean[7] + ratio * (start.toFloatArray()[7] - clean[7]);
    assertEquals(expected, next.toFloatArray()[7], 1e-5);
  }

  @Test
  void timestepsFallEvenlyFromTheHighest() {
    assertArrayEquals(new int[] {999, 799, 599, 400, 200}, DdimSampler.timesteps(5));
    assertThrows(IllegalArgumentException.class, () -> DdimSampler.timesteps(0));
  }

  private static float[] signedPictures() {
    ToyRenderer renderer = new ToyRenderer(SIZE);
    float[] pictures = new float[TARGETS.size() * renderer.pictureLength()];
    for (int i = 0; i < TARGETS.size(); i++) {
      renderer.render(DUCK, TARGETS.get(i), pictures, i * renderer.pictureLength());
    }
    for (int i = 0; i < pictures.length; i++) {
      pictures[i] = 2 * pictures[i] - 1;
    }
    return pictures;
  }
}
