package dev.voxelmill.gpu.nn;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Sizes of the view-conditioned denoiser; everything else about it is in {@code
 * view_prior.torchscript}.
 *
 * @param resolution pixels per side of a picture, a multiple of 8
 * @param fine channels at half resolution, a multiple of 8
 * @param medium channels at a quarter
 * @param coarse channels at an eighth
 * @param embedding width of the pose and time embedding
 * @param features channels of the frustum feature volume
 * @param slices depth slices of the volume
 * @param middle residual-and-attention pairs at the lowest resolution
 * @param fovDeg field of view that the frustums have
 */
public record PriorConfig(
    int resolution,
    int fine,
    int medium,
    int coarse,
    int embedding,
    int features,
    int slices,
    int middle,
    double fovDeg) {

  /** Half the depth of the feature volume: the objects' box of +-0.6 and a margin. */
  private static final double REACH = 0.62;

  /** Sinusoids of the timestep and the four numbers of the relative pose. */
  private static final int POSE_AND_TIME = 132;

  /** The network that is shipped: 32 x 32 pixels, 1.6 million weights. */
  public static final PriorConfig TOY = new PriorConfig(32, 32, 64, 128, 128, 6, 10, 2, 49.1);

  public PriorConfig {
    if (resolution < 16 || resolution % 8 != 0) {
      throw new IllegalArgumentException(
          "resolution: " + resolution + " (expected: a multiple of 8, >= 16)");
    }
    for (int channels : new int[] {fine, medium, coarse}) {
      if (channels < 8 || channels % 8 != 0) {
        throw new IllegalArgumentException(
            "channels: "
                + channels
                + " (expected: a multiple of 8, the groups of a normalisation)");
      }
    }
  }

  /** The same network for pictures of another size. */
  public PriorConfig withResolution(int pixels) {
    return new PriorConfig(
        pixels, fine, medium, coarse, embedding, features, slices, middle, fovDeg);
  }

  /** The sizes as lines of metadata, from which {@link #of} makes an equal configuration. */
  public Map<String, String> metadata() {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("resolution", Integer.toString(resolution));
    lines.put("fine", Integer.toString(fine));
    lines.put("medium", Integer.toString(medium));
    lines.put("coarse", Integer.toString(coarse));
    lines.put("embedding", Integer.toString(embedding));
    lines.put("features", Integer.toString(features));
    lines.put("slices", Integer.toString(slices));
    lines.put("middle", Integer.toString(middle));
    lines.put("fovDeg", Double.toString(fovDeg));
    return lines;
  }

  /** Reads what {@link #metadata} wrote; further lines are ignored. */
  public static PriorConfig of(Map<String, String> metadata) {
    return new PriorConfig(
        whole(metadata, "resolution"),
        whole(metadata, "fine"),
        whole(metadata, "medium"),
        whole(metadata, "coarse"),
        whole(metadata, "embedding"),
        whole(metadata, "features"),
        whole(metadata, "slices"),
        whole(metadata, "middle"),
        Double.parseDouble(line(metadata, "fovDeg")));
  }

  private static int whole(Map<String, String> metadata, String key) {
    return Integer.parseInt(line(metadata, key));
  }

  private static String line(Map<String, String> metadata, String key) {
    String line = metadata.get(key);
    if (line == null) {
      throw new IllegalArgumentException(
          "metadata: no "
              + key
              + " (expected: every size of a prior; fix: a file that train wrote)");
    }
    return line;
  }

  /** Tangent of half the field of view. */
  double slope() {
    return StrictMath.tan(StrictMath.toRadians(fovDeg) / 2);
  }

  double reach() {
    return REACH;
  }

  /** Name and shape of every weight, in the order in which the optimiser holds them. */
  public Map<String, int[]> weightShapes() {
    var shapes = new Shapes();
    int fineTokens = resolution / 4 * (resolution / 4);
    int coarseTokens = resolution / 8 * (resolution / 8);
    shapes.linear("embed.1", POSE_AND_TIME, embedding);
    shapes.linear("embed.2", embedding, embedding);
    shapes.conv("encoder.fine.conv", 18, fine, 3);
    shapes.norm("encoder.fine.norm", fine);
    shapes.conv("encoder.coarse.conv1", fine, medium, 3);
    shapes.norm("encoder.coarse.norm", medium);
    shapes.conv("encoder.coarse.conv2", medium, medium, 3);
    shapes.transformer("encoder.transformer", medium, fineTokens);
    shapes.conv("encoder.join.conv", fine + medium, medium, 1);
    shapes.norm("encoder.join.norm", medium);
    shapes.conv("encoder.lift", medium, features * slices, 3);
    shapes.conv("lifted.conv1", features * slices, medium, 1);
    shapes.conv("lifted.conv2", medium, fine, 3);
    shapes.conv("stem", 32, fine, 3);
    shapes.residual("down0", fine, embedding);
    shapes.conv("shrink0", fine, medium, 3);
    shapes.residual("down1", medium, embedding);
    shapes.transformer("down1.transformer", medium, fineTokens);
    shapes.conv("shrink1", medium, coarse, 3);
    for (int i = 0; i < middle; i++) {
      shapes.residual("middle" + i, coarse, embedding);
      shapes.transformer("middle" + i + ".transformer", coarse, coarseTokens);
    }
    shapes.conv("grow1", coarse, medium, 3);
    shapes.residual("up1", medium, embedding);
    shapes.transformer("up1.transformer", medium, fineTokens);
    shapes.conv("grow0", medium, fine, 3);
    shapes.residual("up0", fine, embedding);
    shapes.norm("out.norm", fine);
    shapes.conv("out.conv", fine, 16, 3);
    return shapes.byName;
  }

  /** The shapes of layers, collected under the names that the script uses. */
  private static final class Shapes {
    final Map<String, int[]> byName = new LinkedHashMap<>();

    void conv(String name, int in, int out, int kernel) {
      byName.put(name + ".weight", new int[] {out, in, kernel, kernel});
      byName.put(name + ".bias", new int[] {out});
    }

    void linear(String name, int in, int out) {
      byName.put(name + ".weight", new int[] {out, in});
      byName.put(name + ".bias", new int[] {out});
    }

    void norm(String name, int channels) {
      byName.put(name + ".weight", new int[] {channels});
      byName.put(name + ".bias", new int[] {channels});
    }

    void residual(String name, int channels, int embedding) {
      norm(name + ".norm1", channels);
      conv(name + ".conv1", channels, channels, 3);
      linear(name + ".embed", embedding, 2 * channels);
      norm(name + ".norm2", channels);
      conv(name + ".conv2", channels, channels, 3);
    }

    void transformer(String name, int channels, int tokens) {
      byName.put(name + ".position", new int[] {1, tokens, channels});
      norm(name + ".norm1", channels);
      linear(name + ".qkv", channels, 3 * channels);
      linear(name + ".out", channels, channels);
      norm(name + ".norm2", channels);
      linear(name + ".hidden", channels, 2 * channels);
      linear(name + ".shrink", 2 * channels, channels);
    }
  }
}
