package dev.voxelmill.gpu.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import dev.voxelmill.gpu.random.Noise;
import dev.voxelmill.gpu.random.NoiseStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls compute and differentiate the same on every thread, and leave nothing behind. */
@OnDeviceThread
class KernelTest {
  private NDManager root;
  private Kernel traps;

  @BeforeEach
  void compile() {
    root = Torch.start(TorchOptions.cpu()).newScope();
    traps = Kernel.compile(root, Traps.SOURCE);
  }

  @AfterEach
  void close() {
    root.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"products", "gated_slope"})
  void everyCallOnEveryThreadGivesTheBitsOfTheFirst(String method) {
    NDArray x = matrix();
    float[] first = differentiated(method, x);

    try (DeviceThread other = DeviceThread.open("in-the-default-executor-mode")) {
      other.run(
          () -> {
            JniUtils.setGraphExecutorOptimize(true);
            for (int i = 0; i < 4; i++) {
              assertArrayEquals(first, differentiated(method, x));
            }
          });
    }

    for (int i = 0; i < 4; i++) {
      assertArrayEquals(first, differentiated(method, x));
    }
  }

  /** Shows that the test above can fail: what a call without the kernel's care would give. */
  @ParameterizedTest
  @ValueSource(strings = {"products", "gated_slope"})
  void theDefaultExecutorChangesTheBitsOfTheSecondCall(String method) throws IOException {
    NDArray x = matrix();
    PtNDManager scope = (PtNDManager) root;
    var archive = new ByteArrayInputStream(ScriptArchive.pack(Traps.SOURCE));
    try (PtSymbolBlock module = JniUtils.loadModule(scope, archive, true, false)) {
      JniUtils.setGraphExecutorOptimize(true);
      JniUtils.setGradMode(true);
      List<Argument> arguments = List.of(Argument.of(x));

      float[] first = ScriptCall.run(module, scope, method, arguments).get(0).toFloatArray();
      float[] second = ScriptCall.run(module, scope, method, arguments).get(0).toFloatArray();

      assertFalse(Arrays.equals(first, second));
      assertArrayEquals(first, second, 1e-3f);
    } finally {
      JniUtils.setGradMode(false);
    }
  }

  @Test
  void callsDoNotRecordAndDifferentiationsDoWhateverTheThreadWasSetTo() {
    for (boolean before : new boolean[] {false, true}) {
      JniUtils.setGradMode(before);

      boolean inCall = traps.callOne(root, "is_recording").getBoolean();
      boolean inDifferentiation =
          traps.differentiate(root, "is_recording").singletonOrThrow().getBoolean();

      assertFalse(inCall);
      assertTrue(inDifferentiation);
      assertEquals(before, JniUtils.isGradMode());
    }
  }

  @Test
  void gradientModeIsRestoredWhenTheScriptFails() {
    JniUtils.setGradMode(false);
    NDArray x = root.ones(new Shape(3, 3));

    EngineException failure =
        assertThrows(EngineException.class, () -> traps.differentiate(root, "fail", x));

    assertFalse(JniUtils.isGradMode());
    assertTrue(failure.getMessage().startsWith("Traps.fail failed: "), failure.getMessage());
    assertTrue(failure.getMessage().contains("torch.matmul"), failure.getMessage());
  }

  @Test
  void aScriptDifferentiatesItsOwnLoss() {
    NDArray x = root.create(new float[] {1, -2, 3});
    NDArray k = root.create(new float[] {1, 2, 0.5f});

    NDList lossAndGradient = traps.differentiate(root, "slope", x, k);

    assertEquals(1 + 16 + 2.25f, lossAndGradient.get(0).getFloat());
    assertArrayEquals(new float[] {2, -16, 1.5f}, lossAndGradient.get(1).toFloatArray());
  }

  @Test
  void whatACallReturnsCanStillTakePartInAGradient() {
    NDArray x =
        traps.callOne(root, "minus", root.create(new float[] {3, 4}), root.ones(new Shape(2)));

    NDList lossAndGradient = traps.differentiate(root, "slope", x, root.ones(new Shape(2)));

    assertArrayEquals(x.mul(2).toFloatArray(), lossAndGradient.get(1).toFloatArray(), 1e-6f);
  }

  @Test
  void resultsBelongToTheScopeAndNotToTheOwnerOfTheFirstArgument() {
    NDArray x = root.ones(new Shape(3));
    int owned = root.getManagedArrays().size();

    try (NDManager step = root.newSubManager()) {
      NDList results = traps.call(step, "pair", x);

      assertEquals(3, results.size());
      assertEquals(3, step.getManagedArrays().size());
      results.forEach(result -> assertEquals(step, result.getManager()));
    }

    assertEquals(owned, root.getManagedArrays().size());
  }

  @Test
  void textThatDoesNotCompileIsReportedWithItsLine() {
    KernelSource wrong =
        new KernelSource(
            "Wrong",
            """
            class Wrong(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              def f(self: __torch__.Wrong, x: Tensor) -> Tensor:
                return torch.no_such_operator(x)
            """,
            Map.of());

    EngineException failure =
        assertThrows(EngineException.class, () -> Kernel.compile(root, wrong));

    assertTrue(failure.getMessage().contains("no_such_operator"), failure.getMessage());
    assertTrue(failure.getMessage().contains("line 6"), failure.getMessage());
  }

  private float[] differentiated(String method, NDArray x) {
    return traps.differentiate(root, method, x).singletonOrThrow().toFloatArray();
  }

  /** (64, 64) float32 */
  private NDArray matrix() {
    float[] values = new Noise(1).normals(NoiseStream.named("matrix"), 0, 64 * 64);
    return root.create(values, new Shape(64, 64));
  }
}
