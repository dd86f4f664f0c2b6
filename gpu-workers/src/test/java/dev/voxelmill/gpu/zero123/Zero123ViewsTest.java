package dev.voxelmill.gpu.zero123;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.engine.OnDeviceThread;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.fixtures.FixtureCases;
import dev.voxelmill.gpu.nn.diffusers.PrintOptions;
import dev.voxelmill.gpu.nn.folder.ModelFolderException;
import dev.voxelmill.gpu.nn.script.Precision;
import dev.voxelmill.gpu.sampling.SamplerState;
import dev.voxelmill.gpu.sampling.Samplers;
import dev.voxelmill.gpu.sampling.SamplingPlan;
import dev.voxelmill.gpu.zero123.Zero123Sight.Condition;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@OnDeviceThread
class Zero123ViewsTest {
  private static final SamplingPlan PLAN = Samplers.originalZero123(8, 1);
  private static final List<RelativePose> POSES =
      List.of(RelativePose.ofDegrees(-20, 90, 0), RelativePose.ofDegrees(0, 180, 0.1));

  private NDManager root;
  private Zero123Model model;
  private Condition condition;

  @BeforeEach
  void open() {
    root = Torch.start(TorchOptions.cpu()).newScope();
    Path folder = FixtureCases.of("zero123_pipeline").getFirst().directory().resolve("pipeline");
    model = Zero123Model.load(root, folder, PrintOptions.PLAIN);
    NDArray pictures = root.full(new Shape(2, 3, 32, 32), 0.25f);
    condition = model.sight().condition(root, pictures, Zero123Sight.poses(root, POSES));
  }

  @AfterEach
  void close() {
    model.close();
    root.close();
  }

  @Test
  void viewsThatAreInterruptedAfterEveryCallHaveTheSameBits() {
    assertArrayEquals(denoised(3, false, 7), denoised(3, true, 7));
  }

  @Test
  void anotherSeedGivesOtherViews() {
    float[] one = denoised(3, false, 7);
    float[] other = denoised(3, false, 8);

    assertEquals(one.length, other.length);
    assertTrue(java.util.Arrays.mismatch(one, other) >= 0);
  }

  @Test
  void aGuidanceOfOneNeedsThePictureOnly() {
    float[] plain = denoised(1, false, 7);
    float[] nearly = denoised(1 + 1e-6, false, 7);

    assertArrayEquals(plain, nearly, 1e-3f);
  }

  private float[] denoised(double guidanceScale, boolean interrupted, long seed) {
    try (NDManager run = root.newSubManager();
        Zero123Views views =
            new Zero123Views(run, model.network(), condition, PLAN, guidanceScale, 0)) {
      SamplerState state = views.start(run, seed);
      while (state.nextStep() < views.steps()) {
        state = views.step(run, interrupted ? restored(run, state) : state, seed);
      }
      return state.sample().toFloatArray();
    }
  }

  private static SamplerState restored(NDManager scope, SamplerState state) {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    state
        .tensors()
        .forEach(
            (name, tensor) ->
                tensors.put(name, scope.create(tensor.toFloatArray(), tensor.getShape())));
    return new SamplerState(state.nextStep(), tensors);
  }

  @Test
  void whatMakesNoSenseIsRefusedBeforeAnyCall(@TempDir Path empty) {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Zero123Views(root, model.network(), condition, PLAN, Double.NaN, 0));
    assertThrows(IllegalArgumentException.class, () -> RelativePose.ofDegrees(181, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> RelativePose.ofDegrees(0, Double.NaN, 0));
    assertEquals(
        "camera projection",
        assertThrows(
                ModelFolderException.class,
                () -> CameraProjection.load(root, empty, Precision.FLOAT32))
            .key());
  }
}
