package dev.voxelmill.gpu.models;

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
import dev.voxelmill.gpu.nn.diffusers.PrintOptions;
import dev.voxelmill.gpu.nn.folder.ModelFolderException;
import dev.voxelmill.gpu.random.Noise;
import dev.voxelmill.gpu.random.NoiseStream;
import dev.voxelmill.gpu.sampling.SamplerKernel;
import dev.voxelmill.gpu.sampling.SamplerState;
import dev.voxelmill.gpu.sampling.SamplingPlan;
import dev.voxelmill.gpu.zero123plus.CanvasCondition;
import dev.voxelmill.gpu.zero123plus.CanvasDenoiser;
import dev.voxelmill.gpu.zero123plus.CanvasNoise;
import dev.voxelmill.gpu.zero123plus.GreyGround;
import dev.voxelmill.gpu.zero123plus.Zero123Plus;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@OnDeviceThread
class SynthesisTest {
  @TempDir Path folder;

  @Test
  void everyLikenessHasTheParametersOfItsOriginal() throws IOException {
    Map<Likeness, Map<String, Long>> originals =
        Map.of(
            Likeness.SD15,
                Map.of("unet", 859_520_964L, "vae", 83_653_863L, "text_encoder", 123_060_480L),
            Likeness.SD21, Map.of("unet", 865_910_724L, "text_encoder", 340_387_840L),
            Likeness.ZERO123, Map.of("unet", 859_532_484L, "image_encoder", 303_966_208L),
            Likeness.ZERO123PLUS, Map.of("unet", 865_910_724L, "vision_encoder", 632_076_800L));

    for (Map.Entry<Likeness, Map<String, Long>> original : originals.entrySet()) {
      Map<String, Long> counted = new HashMap<>();
      for (Map.Entry<String, ?> file : original.getKey().files().entrySet()) {
        Path path = folder.resolve(original.getKey().name()).resolve(file.getKey());
        Files.createDirectories(path.getParent());
        Files.writeString(path, file.getValue().toString());
      }
      for (ModelFolder.Part part :
          ModelFolder.of(folder.resolve(original.getKey().name())).networks()) {
        counted.put(part.name(), part.kind().print(part.folder(), PrintOptions.PLAIN).size());
      }
      original.getValue().forEach((name, size) -> assertEquals(size, counted.get(name), name));
    }
  }

  @Test
  void aTinyFolderRunsFromThePictureToTheCanvas() {
    Path tiny = folder.resolve("tiny");
    Synthesis.write(tiny, Likeness.TINY, StoredType.F16, 7, file -> {});

    for (Inspection one : Inspection.of(ModelFolder.of(tiny), new PictureSize(96, 64))) {
      assertEquals("", one.problem(), one.name());
      assertEquals(2 * one.parameters(), one.storedBytes(), one.name());
    }
    float[] canvas = canvas(tiny);

    assertEquals(3 * 96 * 64, canvas.length);
    for (float value : canvas) {
      assertTrue(Float.isFinite(value));
    }
    assertArrayEquals(canvas, canvas(tiny));
  }

  @Test
  void verifyingHashesEveryFileAndRunsEveryNetwork() {
    Path tiny = folder.resolve("tiny");
    Synthesis.write(tiny, Likeness.TINY, StoredType.F16, 7, file -> {});
    String file = "unet/diffusion_pytorch_model.safetensors";
    try (NDManager scope = Torch.start(TorchOptions.cpu()).newScope()) {
      List<Verification> all = Verification.of(scope, ModelFolder.of(tiny), Map.of());
      assertEquals(
          List.of("text_encoder", "unet", "vae", "vision_encoder"),
          all.stream().map(Verification::name).toList());
      all.forEach(one -> assertEquals("", one.problem(), one.name()));

      List<Verification> other =
          Verification.of(scope, ModelFolder.of(tiny), Map.of(file, "00".repeat(32)));

      assertTrue(other.get(1).problem().contains("sha256"), other.get(1).problem());
      List<Verification> mistyped =
          Verification.of(scope, ModelFolder.of(tiny), Map.of("unet/model.bin", "00".repeat(32)));
      assertTrue(mistyped.getLast().problem().contains("unet/model.bin: file: missing"));
    }
  }

  @Test
  void aTinyFolderOfZero123IsWholeAndRuns() {
    Path tiny = folder.resolve("tiny");
    Synthesis.write(tiny, Likeness.TINY_ZERO123, StoredType.F16, 7, file -> {});
    ModelFolder whole = ModelFolder.of(tiny);

    assertEquals(List.of(), whole.missing());
    try (NDManager scope = Torch.start(TorchOptions.cpu()).newScope()) {
      List<Verification> all = Verification.of(scope, whole, Map.of());
      assertEquals(
          List.of("cc_projection", "image_encoder", "unet", "vae"),
          all.stream().map(Verification::name).toList());
      all.forEach(one -> assertEquals("", one.problem(), one.name()));
    }
  }

  @Test
  void equalSeedsWriteEqualFiles() throws IOException {
    Path one = folder.resolve("one");
    Path other = folder.resolve("other");
    Synthesis.write(one, Likeness.TINY, StoredType.F32, 3, file -> {});
    Synthesis.write(other, Likeness.TINY, StoredType.F32, 3, file -> {});

    String file = "unet/diffusion_pytorch_model.safetensors";
    assertEquals(-1, Files.mismatch(one.resolve(file), other.resolve(file)));
  }

  @Test
  void aFolderWithSomethingInItIsLeftAlone() throws IOException {
    Files.writeString(folder.resolve("precious.txt"), "mine");

    assertThrows(
        ModelFolderException.class,
        () -> Synthesis.write(folder, Likeness.TINY, StoredType.F16, 1, file -> {}));
    assertEquals(List.of("precious.txt"), List.of(folder.toFile().list()));
  }

  @Test
  void anInspectionNamesSettingsOfNetworksAndSampler() {
    Path tiny = folder.resolve("tiny");
    Synthesis.write(tiny, Likeness.TINY, StoredType.F16, 7, file -> {});

    Map<String, Map<String, String>> settings = new HashMap<>();
    Inspection.of(ModelFolder.of(tiny), new PictureSize(96, 64))
        .forEach(one -> settings.put(one.name(), one.settings()));
    SamplerInspection sampler = SamplerInspection.of(tiny).orElseThrow();

    assertEquals("32", settings.get("unet").get("cross_attention_dim"));
    assertEquals("4", settings.get("vae").get("latent_channels"));
    assertTrue(settings.get("vision_encoder").containsKey("patch_size"));
    assertEquals("EulerAncestralDiscreteScheduler", sampler.className());
    assertEquals("v_prediction", sampler.settings().get("prediction_type"));
    assertEquals("", sampler.problem());
  }

  @Test
  void anUnknownNetworkOrSamplerOfThePipelineIsNamed() throws IOException {
    Path tiny = folder.resolve("tiny");
    Synthesis.write(tiny, Likeness.TINY, StoredType.F16, 7, file -> {});
    replace(tiny.resolve("unet/config.json"), "UNet2DConditionModel", "UNet3D");
    replace(
        tiny.resolve("scheduler/scheduler_config.json"), "EulerAncestralDiscrete", "HeunDiscrete");

    assertEquals(Map.of("unet/config.json", "UNet3D"), ModelFolder.of(tiny).unknown());
    String problem = SamplerInspection.of(tiny).orElseThrow().problem();
    assertTrue(problem.contains("HeunDiscreteScheduler"), problem);
  }

  private static void replace(Path file, String from, String to) throws IOException {
    Files.writeString(file, Files.readString(file).replace(from, to));
  }

  @Test
  void whatIsMissingIsSaidPerNetwork() throws IOException {
    Path tiny = folder.resolve("tiny");
    Synthesis.write(tiny, Likeness.TINY, StoredType.F16, 7, file -> {});
    Files.delete(tiny.resolve("vae/diffusion_pytorch_model.safetensors"));

    Map<String, String> problems = new HashMap<>();
    Inspection.of(ModelFolder.of(tiny), new PictureSize(96, 64))
        .forEach(one -> problems.put(one.name(), one.problem()));

    assertTrue(problems.get("vae").contains("missing"), problems.get("vae"));
    assertEquals("", problems.get("unet"));
    assertEquals(List.of(), ModelFolder.of(tiny).missing());
    Files.delete(tiny.resolve("tokenizer/vocab.json"));
    assertEquals(
        List.of("tokenizer/vocab.json or tokenizer/tokenizer.json"),
        ModelFolder.of(tiny).missing());
  }

  private static float[] canvas(Path folder) {
    Noise seeded = new Noise(11);
    CanvasNoise noise =
        (scope, use, step, shape) ->
            scope.create(
                seeded.normals(
                    NoiseStream.named("test." + use), step, Math.toIntExact(shape.size())),
                shape);
    try (NDManager scope = Torch.start(TorchOptions.cpu()).newScope();
        Zero123Plus model = Zero123Plus.load(scope, folder, PrintOptions.PLAIN);
        SamplerKernel sampler = new SamplerKernel(scope)) {
      SamplingPlan plan = model.plan(3);
      BufferedImage picture = new BufferedImage(20, 20, BufferedImage.TYPE_INT_ARGB);
      CanvasCondition condition =
          model.encoder().encode(scope, GreyGround.under(picture), true, noise, (name, x) -> {});
      CanvasDenoiser denoiser = new CanvasDenoiser(model.unet(), sampler, plan, 4);
      Shape shape = model.latents(96, 64);
      SamplerState state = denoiser.start(scope, noise, shape);
      while (!denoiser.isDone(state)) {
        state = denoiser.advance(scope, state, condition, Optional.empty(), noise).next();
      }
      NDArray canvas = model.decode(scope, state.sample());
      return canvas.toFloatArray();
    }
  }
}
