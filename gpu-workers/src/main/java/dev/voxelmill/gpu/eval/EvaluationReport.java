package dev.voxelmill.gpu.eval;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.voxelmill.gpu.metrics.Bootstrap;
import dev.voxelmill.gpu.metrics.Bootstrap.Interval;
import dev.voxelmill.gpu.toys.ToyFamily;
import dev.voxelmill.protocols.topic.JsonCodec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/** The figures of an evaluation as text and as JSON. */
final class EvaluationReport {
  private static final long SEED = 0;

  private final List<EvaluationRow> rows;

  EvaluationReport(List<EvaluationRow> rows) {
    this.rows = List.copyOf(rows);
  }

  /** One figure of a score. */
  private record Figure(String name, String format, ToDoubleFunction<AssetScore> of) {
    static final List<Figure> ALL =
        List.of(
            new Figure("volumeIou", "%.3f", AssetScore::volumeIou),
            new Figure("chamfer", "%.4f", AssetScore::chamfer),
            new Figure("fScore", "%.3f", AssetScore::fScore),
            new Figure("silhouetteIou", "%.3f", AssetScore::silhouetteIou),
            new Figure("psnrDb", "%.2f", AssetScore::psnrDb));
  }

  /** The line of one toy, as it is done. */
  static String line(EvaluationRow row) {
    StringBuilder line = new StringBuilder();
    line.append(
        String.format(
            Locale.ROOT,
            "%-8s %d %5.1f s  views %5.2f dB",
            familyName(row),
            row.toy().object().seed(),
            row.seconds(),
            row.views().map(EvaluationRow.GeneratedViews::psnrDb).orElse(Double.NaN)));
    for (Variant variant : List.of(Variant.DISTILLATION, Variant.PROJECTION)) {
      row.score(variant)
          .ifPresent(score -> line.append("  ").append(variant.title()).append(figures(score)));
    }
    row.failures().forEach(failure -> line.append("  ").append(failure));
    return line.toString();
  }

  private static String figures(AssetScore score) {
    return String.format(
        Locale.ROOT,
        ": IoU %.3f chamfer %.4f F %.3f silhouette %.3f PSNR %.2f",
        score.volumeIou(),
        score.chamfer(),
        score.fScore(),
        score.silhouetteIou(),
        score.psnrDb());
  }

  /** Means with 95 % intervals by family and variant, and what distillation adds to projection. */
  String summary() {
    StringBuilder text = new StringBuilder();
    for (ToyFamily family : families()) {
      List<EvaluationRow> own = ofFamily(family);
      text.append(
          String.format(
              Locale.ROOT,
              "%n%s, %d toys, generated views %s dB%n",
              family.name().toLowerCase(Locale.ROOT),
              own.size(),
              written(
                  "%.2f",
                  values(
                      own,
                      row ->
                          row.views()
                              .map(EvaluationRow.GeneratedViews::psnrDb)
                              .orElse(Double.NaN)))));
      for (Variant variant : Variant.values()) {
        text.append(String.format(Locale.ROOT, "  %-20s", variant.title()));
        for (Figure figure : Figure.ALL) {
          text.append(
              String.format(
                  Locale.ROOT,
                  " %s %s",
                  figure.name(),
                  written(figure.format(), values(own, variant, figure))));
        }
        text.append(System.lineSeparator());
      }
      text.append("  distillation - projection, volumeIou: ")
          .append(gain(own))
          .append(System.lineSeparator());
    }
    text.append(System.lineSeparator())
        .append("all families, distillation - projection, volumeIou: ")
        .append(gain(rows))
        .append(System.lineSeparator());
    return text.toString();
  }

  private static String gain(List<EvaluationRow> rows) {
    List<EvaluationRow> both =
        rows.stream()
            .filter(
                row ->
                    row.score(Variant.DISTILLATION).isPresent()
                        && row.score(Variant.PROJECTION).isPresent())
            .toList();
    if (both.isEmpty()) {
      return "-";
    }
    Figure volume = Figure.ALL.getFirst();
    return text(
        "%+.4f",
        Bootstrap.pairedDifference95(
            values(both, Variant.DISTILLATION, volume),
            values(both, Variant.PROJECTION, volume),
            SEED));
  }

  /** Everything, row by row. */
  ObjectNode json() {
    ObjectNode root = JsonCodec.mapper().createObjectNode();
    ArrayNode list = root.putArray("toys");
    for (EvaluationRow row : rows) {
      ObjectNode node = list.addObject();
      node.put("family", familyName(row)).put("seed", row.toy().object().seed());
      node.put("seconds", row.seconds());
      row.views().ifPresent(views -> node.put("viewsPsnrDb", views.psnrDb()));
      for (Variant variant : Variant.values()) {
        row.score(variant).ifPresent(score -> put(node.withObjectProperty(variant.title()), score));
      }
      row.failures().forEach(node.withArrayProperty("failures")::add);
    }
    root.put("summary", summary());
    return root;
  }

  /** Figures that the variant has: a picture without a mesh has no volume. */
  private static void put(ObjectNode node, AssetScore score) {
    for (Figure figure : Figure.ALL) {
      double value = figure.of().applyAsDouble(score);
      if (Double.isFinite(value)) {
        node.put(figure.name(), value);
      }
    }
  }

  private Iterable<ToyFamily> families() {
    TreeSet<ToyFamily> families = new TreeSet<>();
    rows.forEach(row -> families.add(row.toy().object().family()));
    return families;
  }

  private List<EvaluationRow> ofFamily(ToyFamily family) {
    return rows.stream().filter(row -> row.toy().object().family() == family).toList();
  }

  private static double[] values(List<EvaluationRow> rows, Variant variant, Figure figure) {
    return values(
        rows, row -> row.score(variant).map(figure.of()::applyAsDouble).orElse(Double.NaN));
  }

  private static double[] values(List<EvaluationRow> rows, ToDoubleFunction<EvaluationRow> figure) {
    List<Double> values = new ArrayList<>();
    rows.forEach(row -> values.add(figure.applyAsDouble(row)));
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static String written(String format, double[] values) {
    double[] known = Arrays.stream(values).filter(Double::isFinite).toArray();
    return known.length == 0 ? "-" : text(format, Bootstrap.mean95(known, SEED));
  }

  private static String text(String format, Interval interval) {
    return String.format(
        Locale.ROOT,
        format + " [" + format + ", " + format + "]",
        interval.mean(),
        interval.low(),
        interval.high());
  }

  private static String familyName(EvaluationRow row) {
    return row.toy().object().family().name().toLowerCase(Locale.ROOT);
  }
}
