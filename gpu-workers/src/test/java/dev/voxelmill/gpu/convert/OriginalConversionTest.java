package dev.voxelmill.gpu.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.voxelmill.gpu.convert.Conversion.Converted;
import dev.voxelmill.gpu.fixtures.FixtureCases;
import dev.voxelmill.gpu.fixtures.FixtureTensor;
import dev.voxelmill.gpu.models.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints of the original code become the diffusers folders that they were made of. */
class OriginalConversionTest {
  private static final Path ZERO123 = recorded("zero123_pipeline").resolve("pipeline");
  private static final Path TOKENIZER =
      recorded("zero123plus_pipeline").resolve("pipeline/tokenizer");

  /** What no tensor tells, and a recorded folder has as it likes. */
  private static final Set<String> ITS_OWN = Set.of("attention_head_dim", "norm_num_groups");

  private static final Conversion.Options OPTIONS =
      new Conversion.Options(true, Optional.empty(), Optional.empty());

  @TempDir Path work;

  @Test
  void zero123GivesTheWeightsAndSettingsOfTheFolder() throws IOException {
    Path file = zero123().writeTo(work.resolve("tiny.ckpt"));

    Converted made = Conversion.convert(file, work.resolve("out"), OPTIONS);

    int tensors = 0;
    for (String part : List.of("unet", "vae", "cc_projection")) {
      tensors += requireSame(diffusers(ZERO123, part), diffusers(work.resolve("out"), part), part);
    }
    String tower = "image_encoder/model.safetensors";
    tensors +=
        requireSame(
            OriginalFile.weights(ZERO123.resolve(tower)),
            OriginalFile.weights(work.resolve("out").resolve(tower)),
            tower);
    assertEquals(tensors, made.tensors());
    JsonNode given = config(ZERO123, "unet/config.json");
    for (Map.Entry<String, JsonNode> setting :
        config(work.resolve("out"), "unet/config.json").properties()) {
      assertEquals(given.get(setting.getKey()), setting.getValue(), setting.getKey());
    }
  }

  @Test
  void stableDiffusion1GivesTheFolderOfItsNetworks() throws IOException {
    Path file =
        networks("unet_sd15")
            .network(text("clip_text"), TextTower.TRANSFORMERS::piece)
            .savedAt(840_000)
            .writeTo(work.resolve("v1.ckpt"));

    Converted made =
        Conversion.convert(
            file,
            work.resolve("out"),
            new Conversion.Options(true, Optional.empty(), Optional.of(TOKENIZER)));

    requireNetworks("unet_sd15", "clip_text");
    assertEquals(
        "epsilon", config("scheduler/scheduler_config.json").get("prediction_type").asText());
    assertEquals("quick_gelu", config("text_encoder/config.json").get("hidden_act").asText());
    assertEquals(List.of(), ModelFolder.of(work.resolve("out")).missing());
    assertEquals(1, made.notes().size());
    assertTrue(made.notes().getFirst().startsWith("prediction: epsilon"));
  }

  @Test
  void theSameTensorsInSafetensorsGiveTheSameFolder() throws IOException {
    OriginalFile tensors =
        networks("unet_sd15").network(text("clip_text"), TextTower.TRANSFORMERS::piece);

    Conversion.convert(
        tensors.writeSafely(work.resolve("v1.safetensors")), work.resolve("out"), OPTIONS);

    requireNetworks("unet_sd15", "clip_text");
  }

  @Test
  void aTextTowerUnderOldNamesIsTheSame() throws IOException {
    Path file =
        networks("unet_sd15")
            .network(text("clip_text"), TextTower.OLD_TRANSFORMERS::piece)
            .writeTo(work.resolve("old.ckpt"));

    Converted made = Conversion.convert(file, work.resolve("out"), OPTIONS);

    requireNetworks("unet_sd15", "clip_text");
    assertTrue(made.notes().getFirst().startsWith("tokenizer: none"), made.notes().toString());
    assertEquals(
        List.of("tokenizer/vocab.json or tokenizer/tokenizer.json"),
        ModelFolder.of(work.resolve("out")).missing());
  }

  @Test
  void stableDiffusion2LeavesTheLastLayerOfOpenClipOut() throws IOException {
    Path file = second().savedAt(110_000).writeTo(work.resolve("v2.ckpt"));

    Conversion.convert(file, work.resolve("out"), OPTIONS);

    requireNetworks("unet_sd21", "clip_text_sd21");
    assertEquals(3, config("text_encoder/config.json").get("num_hidden_layers").asInt());
    assertEquals("gelu", config("text_encoder/config.json").get("hidden_act").asText());
    assertTrue(config("unet/config.json").get("upcast_attention").asBoolean());
    assertEquals(
        "v_prediction", config("scheduler/scheduler_config.json").get("prediction_type").asText());
  }

  @Test
  void aTowerWithoutItsProjectionHasLostThatLayerBefore() throws IOException {
    Path file =
        networks("unet_sd21")
            .network(text("clip_text_sd21"), TextTower.OPEN_CLIP::piece)
            .writeTo(work.resolve("back.ckpt"));

    Conversion.convert(file, work.resolve("out"), OPTIONS);

    requireNetworks("unet_sd21", "clip_text_sd21");
  }

  @Test
  void whatTheUNetPredictsIsThatOfThePublishedModelOrAsTold() throws IOException {
    Path base = second().savedAt(875_000).writeTo(work.resolve("base.ckpt"));
    Path unknown = second().writeTo(work.resolve("unknown.ckpt"));
    Conversion.Options told =
        new Conversion.Options(true, Optional.of(Prediction.EPSILON), Optional.empty());

    assertEquals("epsilon", prediction(base, OPTIONS));
    assertEquals("v_prediction", prediction(unknown, OPTIONS));
    assertEquals("epsilon", prediction(unknown, told));
  }

  @Test
  void aUNetWithMoreThanIsKnownIsRefused() throws IOException {
    Path file =
        networks("unet_sd15")
            .network(text("clip_text"), TextTower.TRANSFORMERS::piece)
            .zeros("model.diffusion_model.label_emb.0.0.weight", 4, 4)
            .writeTo(work.resolve("labels.ckpt"));

    CheckpointException refusal = refusal(file);

    assertEquals("model.diffusion_model.label_emb.0.0.weight", refusal.key());
  }

  @Test
  void aCheckpointThatLacksATensorIsRefusedByItsName() throws IOException {
    Path file =
        new OriginalFile().zeros("cc_projection.weight", 768, 772).writeTo(work.resolve("less"));

    assertTrue(refusal(file).key().startsWith("model.diffusion_model."));
  }

  @Test
  void aCheckpointOfNoKnownKindIsRefusedWithTheMarksOfThose() throws IOException {
    Path file =
        new OriginalFile()
            .zeros("conditioner.embedders.0.model.positional_embedding", 77, 8)
            .writeTo(work.resolve("xl.ckpt"));

    CheckpointException refusal = refusal(file);

    assertEquals("kind", refusal.key());
    assertTrue(String.valueOf(refusal.getMessage()).contains("cc_projection.weight"));
  }

  @Test
  void whatIsNoCheckpointIsRefused() throws IOException {
    Path text = Files.writeString(work.resolve("text.ckpt"), "no archive");
    Path empty = work.resolve("empty.ckpt");
    TorchFile.archive(empty, new byte[] {'N', '.'}, Map.of());

    assertEquals(text.toString(), refusal(text).key());
    assertEquals("pickle", refusal(empty).key());
  }

  @Test
  void aProgramIsRefusedAndNotRun() throws IOException {
    Path trace = work.resolve("trace");
    Path file = work.resolve("hostile.ckpt");
    TorchFile.archive(file, TorchFile.program("touch " + trace), Map.of());

    assertEquals("name", refusal(file).key());
    assertFalse(Files.exists(trace));
    assertFalse(Files.exists(work.resolve("out")));
  }

  private CheckpointException refusal(Path file) {
    return assertThrows(
        CheckpointException.class, () -> Conversion.convert(file, work.resolve("out"), OPTIONS));
  }

  private String prediction(Path file, Conversion.Options options) throws IOException {
    Conversion.convert(file, work.resolve("out"), options);
    return config("scheduler/scheduler_config.json").get("prediction_type").asText();
  }

  private static Path recorded(String group) {
    return FixtureCases.of(group).getFirst().directory();
  }

  private static OriginalFile zero123() {
    return new OriginalFile()
        .network(diffusers(ZERO123, "unet"), name -> LdmNames.unet(name, 1, level -> level == 1))
        .network(diffusers(ZERO123, "vae"), name -> LdmNames.autoencoder(name, 3))
        .network(
            OriginalFile.weights(ZERO123.resolve("image_encoder/model.safetensors")),
            name -> ClipNames.vision(FoundSizes.VISION, name))
        .network(
            diffusers(ZERO123, "cc_projection"),
            name -> Piece.of(name.replace("projection.", "cc_projection.")));
  }

  /** A recorded UNet with an autoencoder and the buffers of a schedule. */
  private static OriginalFile networks(String unet) {
    return new OriginalFile()
        .network(
            diffusers(recorded(unet), "unet"), name -> LdmNames.unet(name, 1, level -> level > 0))
        .network(
            diffusers(recorded("autoencoder_kl"), "vae"), name -> LdmNames.autoencoder(name, 3))
        .zeros("betas", 1000);
  }

  /** The tower has a fourth layer, and the projection that comes with it. */
  private static OriginalFile second() {
    Map<String, FixtureTensor> tower = text("clip_text_sd21");
    for (Map.Entry<String, FixtureTensor> weight : Map.copyOf(tower).entrySet()) {
      tower.put(weight.getKey().replace(".layers.2.", ".layers.3."), weight.getValue());
    }
    return networks("unet_sd21")
        .network(tower, TextTower.OPEN_CLIP::piece)
        .zeros("cond_stage_model.model.text_projection", 32, 24)
        .zeros("cond_stage_model.model.logit_scale");
  }

  private static Map<String, FixtureTensor> text(String group) {
    Map<String, FixtureTensor> weights =
        OriginalFile.weights(recorded(group).resolve("text_encoder/model.safetensors"));
    weights.remove("text_projection.weight");
    return weights;
  }

  private static Map<String, FixtureTensor> diffusers(Path folder, String part) {
    return OriginalFile.weights(folder.resolve(part + "/diffusion_pytorch_model.safetensors"));
  }

  private void requireNetworks(String unet, String tower) throws IOException {
    Path out = work.resolve("out");
    requireSame(diffusers(recorded(unet), "unet"), diffusers(out, "unet"), "unet");
    requireSame(diffusers(recorded("autoencoder_kl"), "vae"), diffusers(out, "vae"), "vae");
    requireSame(
        text(tower), OriginalFile.weights(out.resolve("text_encoder/model.safetensors")), "text");
    JsonNode given = config(recorded(unet), "unet/config.json");
    for (Map.Entry<String, JsonNode> setting : config("unet/config.json").properties()) {
      if (!ITS_OWN.contains(setting.getKey())) {
        assertEquals(given.get(setting.getKey()), setting.getValue(), setting.getKey());
      }
    }
  }

  private static int requireSame(
      Map<String, FixtureTensor> wanted, Map<String, FixtureTensor> found, String network) {
    assertEquals(wanted.keySet(), found.keySet(), network);
    wanted.forEach(
        (name, tensor) -> {
          assertEquals(tensor.shape(), found.get(name).shape(), name);
          assertArrayEquals(tensor.floats(), found.get(name).floats(), name);
        });
    return wanted.size();
  }

  private JsonNode config(String file) throws IOException {
    return config(work.resolve("out"), file);
  }

  private static JsonNode config(Path folder, String file) throws IOException {
    return new ObjectMapper().readTree(folder.resolve(file).toFile());
  }
}
