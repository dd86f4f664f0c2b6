package dev.voxelmill.gpu.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.gpu.fixtures.FixtureCase;
import dev.voxelmill.gpu.fixtures.FixtureCases;
import dev.voxelmill.gpu.fixtures.FixtureTensor;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Compares every metric with the recorded figures of scikit-image and of exact searches. */
class MetricsFixtureTest {
  private static final Pattern NUMBER = Pattern.compile("[0-9]+(\\.[0-9]+)?(e-?[0-9]+)?");
  private static final Pattern LENGTH = Pattern.compile("fscore_(\\d+)p(\\d+)");
  private static final Pattern GRID = Pattern.compile("volume_iou_.*?(\\d+)");
  private static final Pattern SPHERE =
      Pattern.compile("r=([0-9.]+) at (?:0\\b|\\(([-0-9.]+), *([-0-9.]+), *([-0-9.]+)\\))");

  @Test
  void everyRecordedFigureIsReproduced() {
    int figures = 0;
    for (FixtureCase one : FixtureCases.of("metrics")) {
      double relative = relativeTolerance(one);
      for (FixtureTensor expected : one.expected().values()) {
        double actual = measure(one, expected.name());

        assertTrue(
            agrees(expected.scalar(), actual, relative),
            one.directory() + " " + expected.name() + ": " + actual + " for " + expected.scalar());
        figures++;
      }
    }
    System.out.println("metrics: figures compared: " + figures);
    assertTrue(figures > 0, "no figure was compared");
  }

  @Test
  void aPerturbedExpectationIsNoticed() {
    FixtureCase one = FixtureCases.of("metrics").getFirst();
    double relative = relativeTolerance(one);
    for (FixtureTensor expected : one.expected().values()) {
      double perturbed = expected.scalar() * (1 + 3 * relative);

      assertFalse(agrees(perturbed, measure(one, expected.name()), relative), expected.name());
    }
  }

  private static boolean agrees(double expected, double actual, double relative) {
    return Math.abs(actual - expected) <= relative * Math.abs(expected);
  }

  private static double relativeTolerance(FixtureCase one) {
    String tolerance = one.description().get("tolerance").asText();
    assertTrue(tolerance.contains("relative"), tolerance);
    Matcher number = NUMBER.matcher(tolerance);
    assertTrue(number.find(), tolerance);
    return Double.parseDouble(number.group());
  }

  private static double measure(FixtureCase one, String figure) {
    Map<String, FixtureTensor> inputs = one.inputs();
    Matcher length = LENGTH.matcher(figure);
    if (length.matches()) {
      double threshold = Double.parseDouble(length.group(1) + "." + length.group(2));
      return distances(inputs).fScore(threshold);
    }
    if (GRID.matcher(figure).matches()) {
      return spheresIou(one, figure);
    }
    return switch (figure) {
      case "psnr" -> psnr(inputs, "", 1);
      case "psnr_uint8" -> psnr(inputs, "_u8", 255);
      case "ssim_default_win7" -> ssim(inputs, "", Ssim.Window.UNIFORM_7, 1);
      case "ssim_gaussian", "ssim_11x11_gauss_valid_derived" ->
          ssim(inputs, "", Ssim.Window.GAUSSIAN_11, 1);
      case "ssim_gaussian_uint8" -> ssim(inputs, "_u8", Ssim.Window.GAUSSIAN_11, 255);
      case "ssim_gray_win7" -> firstChannelSsim(inputs);
      case "chamfer_l1_mean_half" -> distances(inputs).chamfer();
      case "chamfer_l2_mean_sum" -> distances(inputs).chamferSquaredSum();
      case "hausdorff" -> distances(inputs).hausdorff();
      default -> throw new AssertionError(figure + ": no metric of this name");
    };
  }

  private static double psnr(Map<String, FixtureTensor> inputs, String suffix, double range) {
    return Psnr.of(
        inputs.get("image_a" + suffix).doubles(), inputs.get("image_b" + suffix).doubles(), range);
  }

  private static double ssim(
      Map<String, FixtureTensor> inputs, String suffix, Ssim.Window window, double range) {
    FixtureTensor a = inputs.get("image_a" + suffix);
    double[] b = inputs.get("image_b" + suffix).doubles();
    return Ssim.of(a.doubles(), b, extent(a), window, range);
  }

  /** The grey pictures of the recording are the first channels. */
  private static double firstChannelSsim(Map<String, FixtureTensor> inputs) {
    Ssim.Extent extent = extent(inputs.get("image_a"));
    Ssim.Extent grey = new Ssim.Extent(extent.height(), extent.width(), 1);
    return Ssim.of(
        firstChannel(inputs.get("image_a")),
        firstChannel(inputs.get("image_b")),
        grey,
        Ssim.Window.UNIFORM_7,
        1);
  }

  private static double[] firstChannel(FixtureTensor picture) {
    double[] values = picture.doubles();
    double[] channel = new double[values.length / 3];
    for (int i = 0; i < channel.length; i++) {
      channel[i] = values[3 * i];
    }
    return channel;
  }

  private static Ssim.Extent extent(FixtureTensor picture) {
    List<Integer> shape = picture.shape();
    return new Ssim.Extent(shape.get(0), shape.get(1), shape.get(2));
  }

  private static PointDistances distances(Map<String, FixtureTensor> inputs) {
    return PointDistances.between(
        inputs.get("mesh_a.vertices").doubles(), inputs.get("mesh_b.vertices").doubles());
  }

  /** Overlap of the two spheres that the case describes, on a grid of nodes over [-1, 1]. */
  private static double spheresIou(FixtureCase one, String figure) {
    Matcher grid = GRID.matcher(figure);
    assertTrue(grid.matches(), figure);
    int n = Integer.parseInt(grid.group(1));
    Matcher sphere = SPHERE.matcher(describedSpheres(one));
    assertTrue(sphere.find(), figure);
    boolean[] first = occupancy(sphere, n);
    assertTrue(sphere.find(), figure);
    return Overlap.iou(first, occupancy(sphere, n));
  }

  private static String describedSpheres(FixtureCase one) {
    return one.description().get("expected").properties().stream()
        .filter(entry -> entry.getKey().startsWith("volume_iou"))
        .map(entry -> entry.getValue().path("meaning").asText())
        .filter(meaning -> meaning.contains("spheres"))
        .findFirst()
        .orElseThrow();
  }

  private static boolean[] occupancy(Matcher sphere, int n) {
    double r = Double.parseDouble(sphere.group(1));
    double[] centre = new double[3];
    for (int axis = 0; axis < 3; axis++) {
      String text = sphere.group(2 + axis);
      centre[axis] = text == null ? 0 : Double.parseDouble(text);
    }
    boolean[] inside = new boolean[n * n * n];
    for (int i = 0; i < inside.length; i++) {
      double dx = node(i / (n * n), n) - centre[0];
      double dy = node(i / n % n, n) - centre[1];
      double dz = node(i % n, n) - centre[2];
      inside[i] = dx * dx + dy * dy + dz * dz <= r * r;
    }
    return inside;
  }

  private static double node(int i, int n) {
    return -1 + 2.0 * i / (n - 1);
  }

  @Test
  void equalPicturesAreInfinitelyClose() {
    double[] grey = {0.5, 0.25};

    assertEquals(Double.POSITIVE_INFINITY, Psnr.of(grey, grey, 1));
  }
}
