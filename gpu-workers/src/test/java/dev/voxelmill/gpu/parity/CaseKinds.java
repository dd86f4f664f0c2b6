package dev.voxelmill.gpu.parity;

import dev.voxelmill.gpu.field.Lookup;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The kinds of cases, by the beginning of a case's name up to an underscore or a slash; of several
 * that fit, the longest counts. A case that none fits is an error.
 */
final class CaseKinds {
  /** Groups that other tests walk, or that belong to methods this repository does not have. */
  private static final List<String> ELSEWHERE =
      List.of(
          "marching_cubes",
          "metrics",
          "toys_objects",
          "view_prior",
          "threestudio",
          "sweetdreamer",
          "viewdiff");

  private static final Map<String, CaseKind> KINDS = kinds();

  private CaseKinds() {}

  private static Map<String, CaseKind> kinds() {
    Map<String, CaseKind> kinds = new LinkedHashMap<>();
    for (Recording.Source source : Recording.Source.values()) {
      kinds.put(source.group + "_rays", new RaysParity());
      kinds.put(source.group + "_voxel_render", new RenderParity(Lookup.SEPARATE));
      kinds.put(source.group + "_losses", new LossesParity());
      kinds.put(source.group + "_score", new ScoreParity());
      kinds.put(source.group + "_export_mesh_field", new ExportParity());
      kinds.put(source.group + "_train_loop", new TrainLoopParity());
    }
    kinds.put("schedulers", new SchedulerParity());
    kinds.put("clip_image_processor", new ImageProcessorParity());
    kinds.put("clip_tokenizer", new TokenizerParity());
    kinds.put("clip_text", new TextTowerParity());
    kinds.put("clip_vision", new VisionTowerParity());
    kinds.put("zero123_pose", new PoseParity());
    kinds.put("zero123_pipeline", new Zero123Parity());
    kinds.put("zero123_ldm_ddim", new LdmSamplerParity());
    kinds.put("unet", new UNetParity());
    kinds.put("autoencoder_kl", new AutoencoderParity());
    kinds.put("zero123plus_pipeline", new Zero123PlusParity());
    kinds.put("zero123plus_helpers", new Zero123PlusHelpersParity());
    return kinds;
  }

  /** Whether {@link ParityTest} answers for cases of that name. */
  static boolean walks(String caseName) {
    return ELSEWHERE.stream().noneMatch(group -> begins(caseName, group));
  }

  /** The name of the kind of a case. */
  static String of(String caseName) {
    return names().stream()
        .filter(kind -> begins(caseName, kind))
        .max(Comparator.comparingInt(String::length))
        .orElseThrow(
            () ->
                new AssertionError(
                    "case: %s (expected: one of the kinds %s)".formatted(caseName, names())));
  }

  static CaseKind named(String kind) {
    return KINDS.get(kind);
  }

  static Set<String> names() {
    return KINDS.keySet();
  }

  private static boolean begins(String caseName, String with) {
    return caseName.equals(with)
        || caseName.startsWith(with + "_")
        || caseName.startsWith(with + "/");
  }
}
