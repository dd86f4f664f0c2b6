package dev.voxelmill.gpu.nn.diffusers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.engine.OnDeviceThread;
import dev.voxelmill.gpu.engine.StoredType;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.models.Likeness;
import dev.voxelmill.gpu.models.Synthesis;
import dev.voxelmill.gpu.random.Noise;
import dev.voxelmill.gpu.random.NoiseStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Questions of several jobs in one call of a UNet get the answers that each gets alone. */
@OnDeviceThread
class JointQuestionsTest {
  private static final NoiseStream NOISE = NoiseStream.named("test/joint-questions");

  /** Answers are about 1; more rows may be added in another order. */
  private static final float TOLERANCE = 1e-4f;

  @TempDir Path folder;

  private NDManager scope;
  private UNet unet;

  @BeforeEach
  void load() {
    scope = Torch.start(TorchOptions.cpu()).newScope();
    Synthesis.write(folder, Likeness.TINY, StoredType.F32, 7, file -> {});
    unet = UNet.load(scope, folder.resolve("unet"), PrintOptions.PLAIN.withReference());
  }

  @AfterEach
  void close() {
    unet.close();
    scope.close();
  }

  @Test
  void eachIsAnsweredAtItsOwnTimestepAndWithItsOwnContext() {
    List<UNet.Question> questions =
        List.of(
            question(0, 2, scope.create(900f)),
            question(1, 1, scope.create(10f)),
            question(2, 3, scope.create(new float[] {1, 500, 999})));

    List<NDArray> together = unet.predict(scope, questions);

    assertEquals(3, together.size());
    for (int i = 0; i < questions.size(); i++) {
      NDArray alone = unet.predict(scope, questions.get(i));
      assertEquals(alone.getShape(), together.get(i).getShape());
      assertArrayEquals(alone.toFloatArray(), together.get(i).toFloatArray(), TOLERANCE);
    }
  }

  @Test
  void aMaskOfOneAloneIsRefused() {
    UNet.Question plain = question(0, 1, scope.create(900f));
    UNet.Question masked = question(1, 1, scope.create(900f)).withMask(scope.ones(new Shape(1, 7)));

    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class, () -> unet.predict(scope, List.of(plain, masked)));

    assertTrue(String.valueOf(refused.getMessage()).contains("mask: of 1 questions of 2"));
  }

  @Test
  void eachLooksAtItsOwnReference() {
    List<UNet.Question> questions =
        List.of(question(0, 2, scope.create(900f)), question(1, 1, scope.create(10f)));
    List<NDArray> references = List.of(reference(5, 2), reference(6, 1));

    List<NDArray> together = unet.predict(scope, questions, references);

    for (int i = 0; i < questions.size(); i++) {
      float[] alone = unet.predict(scope, questions.get(i), references.get(i), 0).toFloatArray();
      float[] other = unet.predict(scope, questions.get(i), reference(7, 2 - i), 0).toFloatArray();
      assertArrayEquals(alone, together.get(i).toFloatArray(), TOLERANCE);
      assertTrue(Math.abs(alone[0] - other[0]) > TOLERANCE, "the reference changes nothing");
    }
  }

  @Test
  void aReferenceOfOtherRowsIsRefused() {
    List<UNet.Question> questions =
        List.of(question(0, 2, scope.create(900f)), question(1, 1, scope.create(10f)));

    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> unet.predict(scope, questions, List.of(reference(5, 1), reference(6, 2))));

    assertTrue(String.valueOf(refused.getMessage()).startsWith("reference: "));
  }

  private NDArray reference(int seed, int rows) {
    return normals(seed, 2, new Shape(rows, unet.config().inputs(), 6, 6));
  }

  private UNet.Question question(int seed, int rows, NDArray timestep) {
    return UNet.Question.of(
        normals(seed, 0, new Shape(rows, unet.config().inputs(), 8, 8)),
        timestep,
        normals(seed, 1, new Shape(rows, 7, unet.config().contextWidth())));
  }

  private NDArray normals(int seed, int step, Shape shape) {
    return scope.create(new Noise(seed).normals(NOISE, step, (int) shape.size()), shape);
  }
}
