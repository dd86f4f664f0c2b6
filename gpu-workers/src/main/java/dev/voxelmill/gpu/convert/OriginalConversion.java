package dev.voxelmill.gpu.convert;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.voxelmill.gpu.clip.ClipTextTower;
import dev.voxelmill.gpu.clip.ClipVisionTower;
import dev.voxelmill.gpu.convert.Conversion.Converted;
import dev.voxelmill.gpu.convert.OriginalKind.StableDiffusion;
import dev.voxelmill.gpu.convert.OriginalKind.Zero123;
import dev.voxelmill.gpu.nn.diffusers.AutoencoderConfig;
import dev.voxelmill.gpu.nn.diffusers.AutoencoderPrinter;
import dev.voxelmill.gpu.nn.diffusers.PrintOptions;
import dev.voxelmill.gpu.nn.diffusers.UNetConfig;
import dev.voxelmill.gpu.nn.diffusers.UNetPrinter;
import dev.voxelmill.gpu.nn.folder.ConfigFile;
import dev.voxelmill.gpu.nn.folder.WeightFolder;
import dev.voxelmill.gpu.nn.script.Precision;
import dev.voxelmill.gpu.nn.script.PrintedNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Makes a diffusers folder out of a checkpoint of the original code. Which tensors there must be
 * and in which shapes is what the networks' printers say; no tensor of a UNet may be left over.
 */
final class OriginalConversion {
  private static final ObjectWriter JSON = new ObjectMapper().writerWithDefaultPrettyPrinter();
  private static final List<String> PROJECTION = List.of("weight", "bias");

  private final Checkpoint checkpoint;
  private final FoundSizes sizes;
  private final PieceWriter writer;
  private final Path folder;
  private final Conversion.Options options;
  private final List<String> notes = new ArrayList<>();
  private int written;

  OriginalConversion(Checkpoint checkpoint, Path folder, Conversion.Options options) {
    this.checkpoint = checkpoint;
    this.folder = folder;
    this.options = options;
    sizes = new FoundSizes(checkpoint);
    writer = new PieceWriter(checkpoint, options.averaged());
  }

  Converted run() throws IOException {
    OriginalKind kind = OriginalKind.of(checkpoint.tensors().keySet());
    ObjectNode unet = sizes.unet();
    unet(unet);
    autoencoder();
    switch (kind) {
      case Zero123() -> {
        vision();
        projection();
      }
      case StableDiffusion(TextTower tower) -> {
        text(tower);
        tokenizer();
        config("model_index.json", FoundSizes.begin("StableDiffusionPipeline"));
      }
    }
    scheduler(kind, unet.get("in_channels").asInt());
    return new Converted(written, notes);
  }

  private void unet(ObjectNode config) throws IOException {
    int layers = sizes.unetLayers();
    config("unet/config.json", config);
    Set<String> used =
        network(
            "unet",
            WeightFolder.DIFFUSERS,
            UNetPrinter.print(UNetConfig.read(folder.resolve("unet")), PrintOptions.PLAIN),
            name ->
                LdmNames.unet(
                    name,
                    layers,
                    level -> config.get("up_block_types").get(level).asText().startsWith("Cross")));
    Set<String> left = new TreeSet<>(checkpoint.tensors().keySet());
    left.removeIf(name -> !name.startsWith(LdmNames.UNET) || used.contains(name));
    if (!left.isEmpty()) {
      throw new CheckpointException(
          left.iterator().next(),
          "one of %d tensors too many".formatted(left.size()),
          "a UNet as Stable Diffusion 1 or 2 has it, without labels");
    }
  }

  private void autoencoder() throws IOException {
    int levels = sizes.autoencoderLevels();
    config("vae/config.json", sizes.autoencoder());
    network(
        "vae",
        WeightFolder.DIFFUSERS,
        AutoencoderPrinter.print(AutoencoderConfig.read(folder.resolve("vae")), PrintOptions.PLAIN),
        name -> LdmNames.autoencoder(name, levels));
  }

  private void vision() throws IOException {
    ConfigFile config = config("image_encoder/config.json", sizes.vision());
    network(
        "image_encoder",
        WeightFolder.TRANSFORMERS,
        ClipVisionTower.print(config, Precision.FLOAT32, false),
        name -> ClipNames.vision(FoundSizes.VISION, name));
  }

  private void text(TextTower tower) throws IOException {
    ConfigFile config = config("text_encoder/config.json", sizes.text(tower));
    network(
        "text_encoder",
        WeightFolder.TRANSFORMERS,
        ClipTextTower.print(config, false, Precision.FLOAT32, false),
        tower::piece);
  }

  private void projection() throws IOException {
    Map<String, Piece> pieces = new LinkedHashMap<>();
    for (String part : PROJECTION) {
      checkpoint.tensor("cc_projection." + part);
      pieces.put("projection." + part, Piece.of("cc_projection." + part));
    }
    write("cc_projection", WeightFolder.DIFFUSERS, pieces);
  }

  private void tokenizer() throws IOException {
    if (options.tokenizer().isPresent()) {
      TokenizerFiles.copy(options.tokenizer().get(), folder.resolve("tokenizer"));
    } else {
      notes.add(
          "tokenizer: none, as a checkpoint holds none (fix: --tokenizer, the folder of another"
              + " diffusers folder of Stable Diffusion)");
    }
  }

  private void scheduler(OriginalKind kind, int inputs) throws IOException {
    Prediction prediction =
        options
            .prediction()
            .orElseGet(() -> Prediction.published(kind, inputs, checkpoint.savedAt()));
    config("scheduler/scheduler_config.json", FoundSizes.scheduler(prediction));
    if (options.prediction().isEmpty()) {
      notes.add(
          "prediction: %s, as the published model of this kind has it (--prediction says otherwise)"
              .formatted(prediction.word()));
    }
  }

  private ConfigFile config(String path, ObjectNode content) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, JSON.writeValueAsString(content));
    return ConfigFile.read(file);
  }

  /** Writes a network; gives the names of the tensors that it is made of. */
  private Set<String> network(
      String part, String stem, PrintedNetwork printed, Function<String, Piece> pieceOf)
      throws IOException {
    Map<String, Piece> pieces = new LinkedHashMap<>();
    printed
        .parameters()
        .forEach(
            (name, wanted) -> {
              Piece piece = pieceOf.apply(name);
              long[] found =
                  piece.shape(writer.source(piece)).stream().mapToLong(Long::longValue).toArray();
              if (!new Shape(found).equals(wanted)) {
                throw new CheckpointException(
                    piece.source(), "shape " + new Shape(found), wanted + ", for " + name);
              }
              pieces.put(name, piece);
            });
    write(part, stem, pieces);
    return pieces.values().stream().map(Piece::source).collect(Collectors.toSet());
  }

  private void write(String part, String stem, Map<String, Piece> pieces) throws IOException {
    Path directory = Files.createDirectories(folder.resolve(part));
    writer.write(directory.resolve(stem + ".safetensors"), pieces);
    written += pieces.size();
  }
}
