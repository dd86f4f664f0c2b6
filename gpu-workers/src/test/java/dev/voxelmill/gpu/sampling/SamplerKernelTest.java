package dev.voxelmill.gpu.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.engine.OnDeviceThread;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.random.Noise;
import dev.voxelmill.gpu.random.NoiseStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnDeviceThread
class SamplerKernelTest {
  private static final NoiseStream STREAM = NoiseStream.named("test/sampler");
  private static final Shape SHAPE = new Shape(1, 4, 3, 5);

  private NDManager root;
  private SamplerKernel kernel;

  @BeforeEach
  void open() {
    root = Torch.start(TorchOptions.cpu()).newScope();
    kernel = new SamplerKernel(root);
  }

  @AfterEach
  void close() {
    kernel.close();
    root.close();
  }

  @Test
  void aRunThatIsInterruptedAfterEveryCallGivesTheSameBits() {
    for (String name : Samplers.KNOWN) {
      SchedulerConfig config =
          Configs.stableDiffusion(name, "'solver_order': 3, 'skip_prk_steps': false");
      SamplingPlan plan = Samplers.plan(config, LibraryVersion.V0_30_3, 9, 1);

      assertArrayEquals(run(plan, false), run(plan, true), name);
    }
  }

  private float[] run(SamplingPlan plan, boolean interrupted) {
    try (NDManager scope = root.newSubManager()) {
      SamplerState state = kernel.start(scope, plan, normals(scope, 0));
      while (state.nextStep() < plan.steps().size()) {
        state = interrupted ? restored(scope, state) : state;
        NDArray input = kernel.input(scope, plan, state);
        NDArray output = input.mul(0.3f).add(0.05f * state.nextStep());
        Optional<NDArray> normals = Optional.of(normals(scope, 1 + state.nextStep()));
        state = kernel.advance(scope, plan, state, output, normals).state();
      }
      return state.sample().toFloatArray();
    }
  }

  /** The state as a checkpoint would bring it back: a number and plain numbers by name. */
  private static SamplerState restored(NDManager scope, SamplerState state) {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    state
        .tensors()
        .forEach((name, tensor) -> tensors.put(name, scope.create(tensor.toFloatArray(), SHAPE)));
    return new SamplerState(state.nextStep(), tensors);
  }

  private static NDArray normals(NDManager scope, int step) {
    return scope.create(new Noise(5).normals(STREAM, step, (int) SHAPE.size()), SHAPE);
  }

  @Test
  void predictedCleanSamplesAreClipped() {
    SamplingPlan plan =
        Samplers.plan(
            Configs.of("{'_class_name': 'DDIMScheduler', 'clip_sample_range': 0.5}"),
            LibraryVersion.V0_30_3,
            2,
            0);
    SamplerState start = kernel.start(root, plan, root.full(SHAPE, 3));

    NDArray clean =
        kernel
            .advance(root, plan, start, root.zeros(SHAPE), Optional.empty())
            .clean()
            .orElseThrow();

    assertEquals(0.5f, clean.max().getFloat());
  }

  @Test
  void aStepNeitherRunsBeyondThePlanNorWithoutItsNoise() {
    SamplingPlan plan =
        Samplers.plan(
            Configs.of("{'_class_name': 'EulerAncestralDiscreteScheduler'}"),
            LibraryVersion.V0_30_3,
            1,
            0);
    SamplerState start = kernel.start(root, plan, root.full(SHAPE, 1));
    NDArray output = root.zeros(SHAPE);

    assertThrows(
        IllegalArgumentException.class,
        () -> kernel.advance(root, plan, start, output, Optional.empty()));
    SamplerState end =
        kernel.advance(root, plan, start, output, Optional.of(root.zeros(SHAPE))).state();
    assertThrows(IllegalStateException.class, () -> kernel.input(root, plan, end));
  }
}
