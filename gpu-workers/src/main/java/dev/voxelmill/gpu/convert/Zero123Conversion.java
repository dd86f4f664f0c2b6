package dev.voxelmill.gpu.convert;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.voxelmill.gpu.clip.ClipVisionTower;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Makes a diffusers folder of Zero-1-to-3 out of an original checkpoint: {@code unet}, {@code vae},
 * {@code image_encoder}, {@code cc_projection} and {@code scheduler}. Which tensors there must be
 * and in which shapes is what the networks' printers say.
 */
public final class Zero123Conversion {
  private static final ObjectWriter JSON = new ObjectMapper().writerWithDefaultPrettyPrinter();
  private static final List<String> PROJECTION = List.of("weight", "bias");

  private final Checkpoint checkpoint;
  private final FoundSizes sizes;
  private final PieceWriter writer;
  private final Path folder;

  private Zero123Conversion(Checkpoint checkpoint, Path folder, boolean averaged) {
    this.checkpoint = checkpoint;
    this.folder = folder;
    sizes = new FoundSizes(checkpoint);
    writer = new PieceWriter(checkpoint, averaged);
  }

  /**
   * Converts a file.
   *
   * @param folder where to; made, its files replaced
   * @param averaged whether the moving average of the UNet's weights is taken where there is one
   * @return the number of tensors written
   * @throws CheckpointException when the file is not what it should be
   */
  public static int convert(Path file, Path folder, boolean averaged) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      return new Zero123Conversion(checkpoint, folder, averaged).run();
    }
  }

  private int run() throws IOException {
    ObjectNode unet = sizes.unet();
    int levels = sizes.autoencoderLevels();
    config("unet", "config.json", unet);
    config("vae", "config.json", sizes.autoencoder());
    config("image_encoder", "config.json", sizes.vision());
    config("scheduler", "scheduler_config.json", FoundSizes.scheduler());
    int layers = sizes.unetLayers();
    int written =
        network(
            "unet",
            WeightFolder.DIFFUSERS,
            UNetPrinter.print(UNetConfig.read(folder.resolve("unet")), PrintOptions.PLAIN),
            name ->
                LdmNames.unet(
                    name,
                    layers,
                    level -> unet.get("up_block_types").get(level).asText().startsWith("Cross")));
    written +=
        network(
            "vae",
            WeightFolder.DIFFUSERS,
            AutoencoderPrinter.print(
                AutoencoderConfig.read(folder.resolve("vae")), PrintOptions.PLAIN),
            name -> LdmNames.autoencoder(name, levels));
    written +=
        network(
            "image_encoder",
            WeightFolder.TRANSFORMERS,
            ClipVisionTower.print(
                ConfigFile.read(folder.resolve("image_encoder/config.json")),
                Precision.FLOAT32,
                false),
            LdmNames::vision);
    return written + projection();
  }

  private void config(String part, String file, ObjectNode content) throws IOException {
    Path directory = Files.createDirectories(folder.resolve(part));
    Files.writeString(directory.resolve(file), JSON.writeValueAsString(content));
  }

  private int network(
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
    writer.write(folder.resolve(part).resolve(stem + ".safetensors"), pieces);
    return pieces.size();
  }

  private int projection() throws IOException {
    Map<String, Piece> pieces = new LinkedHashMap<>();
    for (String part : PROJECTION) {
      checkpoint.tensor("cc_projection." + part);
      pieces.put("projection." + part, Piece.of("cc_projection." + part));
    }
    Path directory = Files.createDirectories(folder.resolve("cc_projection"));
    writer.write(directory.resolve(WeightFolder.DIFFUSERS + ".safetensors"), pieces);
    return pieces.size();
  }
}
