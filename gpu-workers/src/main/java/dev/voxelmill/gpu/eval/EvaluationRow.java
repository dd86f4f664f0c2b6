package dev.voxelmill.gpu.eval;

import dev.voxelmill.gpu.mesh.AssetMesh;
import dev.voxelmill.gpu.raster.Picture;
import dev.voxelmill.protocols.job.JobFailure;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What was measured on one toy. */
final class EvaluationRow {
  private final HeldOutToy toy;
  private final Truth truth;
  private final Map<Variant, AssetScore> scores = new EnumMap<>(Variant.class);
  private final Map<Variant, AssetMesh> assets = new EnumMap<>(Variant.class);
  private final List<String> failures = new ArrayList<>();
  private Optional<GeneratedViews> views = Optional.empty();
  private double seconds = Double.NaN;

  /**
   * Views that the prior imagined.
   *
   * @param pictures RGB on white
   * @param truths the toy from the same cameras
   * @param psnrDb mean over the views
   */
  record GeneratedViews(List<Picture> pictures, List<Picture> truths, double psnrDb) {}

  EvaluationRow(HeldOutToy toy, Truth truth) {
    this.toy = toy;
    this.truth = truth;
  }

  void scored(Variant variant, AssetMesh asset) {
    assets.put(variant, asset);
    scores.put(variant, truth.score(asset));
  }

  void scored(Variant variant, AssetScore score) {
    scores.put(variant, score);
  }

  void failed(Variant variant, JobFailure failure) {
    failures.add(variant.title() + ": " + failure.code() + " " + failure.message());
  }

  void views(GeneratedViews generated) {
    views = Optional.of(generated);
  }

  void seconds(double wall) {
    seconds = wall;
  }

  HeldOutToy toy() {
    return toy;
  }

  Truth truth() {
    return truth;
  }

  Optional<AssetScore> score(Variant variant) {
    return Optional.ofNullable(scores.get(variant));
  }

  Optional<AssetMesh> asset(Variant variant) {
    return Optional.ofNullable(assets.get(variant));
  }

  Optional<GeneratedViews> views() {
    return views;
  }

  List<String> failures() {
    return failures;
  }

  /** Wall time of the whole method. */
  double seconds() {
    return seconds;
  }
}
