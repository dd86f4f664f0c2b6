package dev.voxelmill.gpu.models;

import dev.voxelmill.gpu.clip.ClipTextTower;
import dev.voxelmill.gpu.clip.ClipVisionTower;
import dev.voxelmill.gpu.nn.diffusers.AutoencoderConfig;
import dev.voxelmill.gpu.nn.diffusers.ControlNetConfig;
import dev.voxelmill.gpu.nn.diffusers.UNetConfig;
import dev.voxelmill.gpu.nn.diffusers.WorkingMemory;
import dev.voxelmill.gpu.nn.diffusers.WorkingMemory.Maps;
import dev.voxelmill.gpu.nn.folder.ConfigFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the networks of a folder take beside their weights while they make one picture with
 * guidance, as an estimate in bytes of float32.
 */
final class RunningMemory {
  /** With and without the condition. */
  private static final int GUIDED_ROWS = 2;

  /** Pixels per latent of Stable Diffusion, for a folder without an autoencoder. */
  private static final int USUAL_REDUCTION = 8;

  private static final String CANVAS_PIPELINE = "Zero123PlusPipeline";

  private final PictureSize size;
  private final Maps latents;
  private final Optional<Maps> reference;

  private RunningMemory(PictureSize size, Maps latents, Optional<Maps> reference) {
    this.size = size;
    this.latents = latents;
    this.reference = reference;
  }

  /** Looks at what the networks of a folder are to one another. */
  static RunningMemory of(ModelFolder folder, PictureSize size) {
    int reduction =
        folder.networks().stream()
            .filter(part -> part.kind() == NetworkKind.AUTOENCODER)
            .findFirst()
            .map(part -> AutoencoderConfig.read(part.folder()).reduction())
            .orElse(USUAL_REDUCTION);
    Maps latents =
        new Maps(
            GUIDED_ROWS,
            Math.ceilDiv(size.height(), reduction),
            Math.ceilDiv(size.width(), reduction));
    return new RunningMemory(
        size,
        latents,
        reference(folder.folder())
            .map(side -> new Maps(GUIDED_ROWS, side / reduction, side / reduction)));
  }

  /** Pixels per side of the reference picture of a Zero123++ folder. */
  private static Optional<Integer> reference(Path folder) {
    Path index = folder.resolve("model_index.json");
    Path processor = folder.resolve("feature_extractor_vae").resolve("preprocessor_config.json");
    if (!Files.isRegularFile(index)
        || !Files.isRegularFile(processor)
        || !ConfigFile.read(index).text("_class_name").equals(Optional.of(CANVAS_PIPELINE))) {
      return Optional.empty();
    }
    int side = ConfigFile.read(processor).node("crop_size").path("height").asInt();
    return side > 0 ? Optional.of(side) : Optional.empty();
  }

  /** What one network takes. */
  long bytes(ModelFolder.Part part) {
    Path folder = part.folder();
    return switch (part.kind()) {
      case UNET -> WorkingMemory.bytes(UNetConfig.read(folder), latents, reference);
      case CONTROL_NET -> WorkingMemory.bytes(ControlNetConfig.read(folder), latents);
      case AUTOENCODER ->
          WorkingMemory.bytes(
              AutoencoderConfig.read(folder), new Maps(1, size.height(), size.width()));
      case TEXT_TOWER, PROJECTING_TEXT_TOWER ->
          GUIDED_ROWS * ClipTextTower.workingBytes(config(folder));
      case VISION_TOWER -> ClipVisionTower.workingBytes(config(folder));
      case CAMERA_PROJECTION -> 0; // a few thousand numbers
    };
  }

  private static ConfigFile config(Path folder) {
    return ConfigFile.read(folder.resolve("config.json"));
  }
}
