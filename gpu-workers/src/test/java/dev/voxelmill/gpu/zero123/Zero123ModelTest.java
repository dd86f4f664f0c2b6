package dev.voxelmill.gpu.zero123;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.distill.PictureDecoder;
import dev.voxelmill.gpu.distill.SigmaTable;
import dev.voxelmill.gpu.engine.OnDeviceThread;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.field.Intrinsics;
import dev.voxelmill.gpu.field.Pose;
import dev.voxelmill.gpu.field.UpAxis;
import dev.voxelmill.gpu.field.View;
import dev.voxelmill.gpu.fixtures.FixtureCases;
import dev.voxelmill.gpu.nn.diffusers.PrintOptions;
import dev.voxelmill.gpu.random.Noise;
import dev.voxelmill.gpu.random.NoiseStream;
import dev.voxelmill.gpu.zero123.Zero123Sight.Condition;
import dev.voxelmill.gpu.zero123.Zero123Sight.Seen;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnDeviceThread
class Zero123ModelTest {
  private static final NoiseStream STREAM = NoiseStream.named("test/zero123");

  private NDManager root;
  private Zero123Model model;

  @BeforeEach
  void open() {
    root = Torch.start(TorchOptions.cpu()).newScope();
    model =
        Zero123Model.load(
            root,
            FixtureCases.of("zero123_pipeline").getFirst().directory().resolve("pipeline"),
            PrintOptions.PLAIN);
  }

  @AfterEach
  void close() {
    model.close();
    root.close();
  }

  @Test
  void theGradientThroughTheDecoderIsThatOfFiniteDifferences() {
    PictureDecoder decoder = model.codec().decoder();
    NDArray latents = normals(0, 1, 4, 8, 8);
    NDArray asked = normals(1, 1, 3, 32, 32);
    NDArray direction = normals(2, 1, 4, 8, 8);
    float small = 1e-2f;

    double pulled = decoder.pullBack(root, latents, asked).mul(direction).sum().getFloat();
    NDArray ahead = decoder.decode(root, latents.add(direction.mul(small)));
    NDArray behind = decoder.decode(root, latents.sub(direction.mul(small)));
    double difference = ahead.sub(behind).div(2 * small).mul(asked).sum().getFloat();

    assertEquals(difference, pulled, 5e-3 * Math.abs(difference));
  }

  @Test
  void onePictureServesEveryPose() {
    NDArray picture = normals(0, 1, 3, 32, 32).tanh();
    NDArray poses =
        Zero123Sight.poses(
            root, List.of(RelativePose.ofDegrees(0, 30, 0), RelativePose.ofDegrees(-10, 200, 0.2)));
    Seen seen = model.sight().see(root, picture);

    Condition both = model.sight().condition(root, seen, poses);
    Condition second = model.sight().condition(root, seen, poses.get("1:2"));

    assertArrayEquals(second.token().toFloatArray(), both.token().get("1:2").toFloatArray(), 1e-6f);
    assertArrayEquals(seen.latents().toFloatArray(), both.latents().get("1:2").toFloatArray());
  }

  @Test
  void withoutGuidanceTheDenoiserExpectsWhatThePictureAlonePredicts() {
    NDArray picture = normals(0, 1, 3, 32, 32).tanh();
    NDArray z = normals(3, 1, 4, 8, 8);
    View input = view(2, 0, 0);
    View wanted = view(0, 1.9, 0.4);
    Seen seen = model.sight().see(root, picture);
    int timestep = 400;
    double sigma = SigmaTable.scaledLinear().at(timestep);

    float[] expected;
    try (Zero123Denoiser denoiser = new Zero123Denoiser(root, model, seen, input, 1)) {
      expected = denoiser.denoise(root, z, new double[] {sigma}, List.of(wanted)).toFloatArray();
    }
    NDArray told =
        Zero123Sight.poses(
            root, List.of(RelativePose.between(input.pose().eye(), wanted.pose().eye())));
    NDArray noise =
        model
            .network()
            .predict(
                root,
                z.div((float) Math.sqrt(1 + sigma * sigma)),
                timestep,
                model.sight().condition(root, seen, told),
                1)
            .guided();

    assertArrayEquals(z.sub(noise.mul((float) sigma)).toFloatArray(), expected, 1e-4f);
  }

  private static View view(double x, double y, double z) {
    return new View(
        Intrinsics.ofFov(8, 8, 0.857), Pose.lookingAtOrigin(new double[] {x, y, z}, UpAxis.Z));
  }

  private NDArray normals(int step, long... shape) {
    Shape dims = new Shape(shape);
    return root.create(new Noise(5).normals(STREAM, step, Math.toIntExact(dims.size())), dims);
  }
}
