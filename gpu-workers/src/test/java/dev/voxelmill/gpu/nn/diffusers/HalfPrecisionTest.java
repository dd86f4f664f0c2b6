package dev.voxelmill.gpu.nn.diffusers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.engine.Kernel;
import dev.voxelmill.gpu.engine.OnDeviceThread;
import dev.voxelmill.gpu.engine.StoredType;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.models.Likeness;
import dev.voxelmill.gpu.models.Synthesis;
import dev.voxelmill.gpu.nn.script.Precision;
import dev.voxelmill.gpu.nn.script.ScriptClass;
import dev.voxelmill.gpu.random.Noise;
import dev.voxelmill.gpu.random.NoiseStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Networks in half precision answer as in float32 up to its rounding, and do not overflow. */
@OnDeviceThread
class HalfPrecisionTest {
  private static final NoiseStream NOISE = NoiseStream.named("test/half-precision");

  @TempDir Path folder;

  private NDManager scope;

  @BeforeEach
  void open() {
    scope = Torch.start(TorchOptions.cpu()).newScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  /**
   * A bfloat16 has 8 bits of fraction, a float16 has 11; errors of some dozens of layers add up.
   */
  @ParameterizedTest
  @CsvSource({"BFLOAT16, 0.05", "FLOAT16, 0.006"})
  void aNetworkAnswersAsInFloat32UpToItsRounding(Precision precision, double tolerance) {
    Synthesis.write(folder, Likeness.TINY, StoredType.F16, 7, file -> {});

    float[] exact = answer(Precision.FLOAT32);
    float[] rounded = answer(precision);

    double error = rootMeanSquare(difference(rounded, exact)) / rootMeanSquare(exact);
    assertTrue(error > 0, "nothing was rounded");
    assertTrue(error < tolerance, precision + ": " + error);
  }

  /** Products of 300 and 300 over 64 channels, divided by 8, are eleven times float16's largest. */
  @ParameterizedTest
  @EnumSource(Precision.class)
  void attentionDoesNotOverflowWhereItsLogitsWould(Precision precision) {
    ScriptClass attention = new ScriptClass("Attention", "Attention alone.", precision, false);
    attention
        .method("(1, 1, T, d)", "mix", List.of("q: Tensor", "v: Tensor"), "Tensor")
        .line("q2 = self.entering(q)")
        .line("y = self.mixed(q2, q2, self.entering(v), annotate(Optional[Tensor], None))")
        .line("return torch.to(y, 6)");
    try (Kernel kernel = Kernel.compile(scope, attention.source())) {
      NDArray q = scope.ones(new Shape(1, 1, 4, 64)).mul(300);
      NDArray v = scope.ones(new Shape(1, 1, 4, 64));

      float[] mixed = kernel.callOne(scope, "mix", q, v).toFloatArray();

      for (float value : mixed) {
        assertEquals(1, value, 0.01);
      }
    }
  }

  private float[] answer(Precision precision) {
    try (UNet unet = UNet.load(scope, folder.resolve("unet"), PrintOptions.PLAIN.in(precision))) {
      UNetConfig config = unet.config();
      UNet.Question question =
          UNet.Question.of(
              normals(0, new Shape(2, config.inputs(), 16, 16)),
              scope.create(500f),
              normals(1, new Shape(2, 7, config.contextWidth())));
      return unet.predict(scope, question).toFloatArray();
    }
  }

  private NDArray normals(int step, Shape shape) {
    return scope.create(new Noise(3).normals(NOISE, step, (int) shape.size()), shape);
  }

  private static float[] difference(float[] one, float[] other) {
    float[] differences = new float[one.length];
    for (int i = 0; i < one.length; i++) {
      differences[i] = one[i] - other[i];
    }
    return differences;
  }

  private static double rootMeanSquare(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum / values.length);
  }
}
