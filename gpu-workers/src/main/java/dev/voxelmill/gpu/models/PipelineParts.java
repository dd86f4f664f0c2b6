package dev.voxelmill.gpu.models;

import dev.voxelmill.gpu.nn.folder.ConfigFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the folders of known pipelines must hold, each as a file or one of several. */
final class PipelineParts {
  private static final String NETWORK = "/config.json";
  private static final String UNET = "unet/config.json";
  private static final String AUTOENCODER = "vae/config.json";
  private static final String TEXT = "text_encoder/config.json";
  private static final String SCHEDULER = "scheduler/scheduler_config.json";
  private static final List<String> TOKENIZER =
      List.of("tokenizer/vocab.json", "tokenizer/tokenizer.json");

  private static final List<List<String>> ZERO123 =
      List.of(
          List.of(UNET),
          List.of(AUTOENCODER),
          List.of("image_encoder/config.json"),
          List.of(SCHEDULER),
          List.of("cc_projection", "clip_camera_projection"));

  private static final Map<String, List<List<String>>> PARTS =
      Map.of(
          "StableDiffusionPipeline",
          List.of(
              List.of(UNET), List.of(AUTOENCODER), List.of(TEXT), TOKENIZER, List.of(SCHEDULER)),
          "Zero123Pipeline",
          ZERO123,
          "Zero1to3StableDiffusionPipeline",
          ZERO123,
          "Zero123PlusPipeline",
          List.of(
              List.of(UNET),
              List.of(AUTOENCODER),
              List.of(TEXT),
              TOKENIZER,
              List.of("vision_encoder/config.json"),
              List.of(SCHEDULER),
              List.of("feature_extractor_clip/preprocessor_config.json"),
              List.of("feature_extractor_vae/preprocessor_config.json")));

  private PipelineParts() {}

  /** What a folder lacks of the pipeline that its index names; nothing where it names none. */
  static List<String> missing(Path folder) {
    return parts(folder).stream()
        .filter(choices -> choices.stream().noneMatch(one -> Files.exists(folder.resolve(one))))
        .map(choices -> String.join(" or ", choices))
        .toList();
  }

  /** The networks of the pipeline whose classes nobody here knows, by their configurations. */
  static Map<String, String> unknown(Path folder) {
    Map<String, String> unknown = new TreeMap<>();
    parts(folder).stream()
        .flatMap(List::stream)
        .filter(part -> part.endsWith(NETWORK) && Files.isRegularFile(folder.resolve(part)))
        .forEach(
            part -> {
              ConfigFile config = ConfigFile.read(folder.resolve(part));
              if (NetworkKind.of(config).isEmpty()) {
                unknown.put(part, NetworkKind.classNamed(config));
              }
            });
    return unknown;
  }

  private static List<List<String>> parts(Path folder) {
    Path index = folder.resolve("model_index.json");
    if (!Files.isRegularFile(index)) {
      return List.of();
    }
    String pipeline = ConfigFile.read(index).text("_class_name").orElse("");
    return PARTS.getOrDefault(pipeline, List.of());
  }
}
