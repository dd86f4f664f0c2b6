package dev.voxelmill.gpu.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.field.ColourActivation;
import dev.voxelmill.gpu.field.FieldGradient;
import dev.voxelmill.gpu.field.FieldLayout;
import dev.voxelmill.gpu.field.FieldRenderer;
import dev.voxelmill.gpu.field.Intrinsics;
import dev.voxelmill.gpu.field.Lookup;
import dev.voxelmill.gpu.field.Padding;
import dev.voxelmill.gpu.field.Pose;
import dev.voxelmill.gpu.field.RayMarch;
import dev.voxelmill.gpu.field.Rays;
import dev.voxelmill.gpu.field.RenderGradient;
import dev.voxelmill.gpu.field.Rendering;
import dev.voxelmill.gpu.field.SceneBox;
import dev.voxelmill.gpu.field.VoxelField;
import java.util.Arrays;

/** One view of a voxel field, point queries, and gradients of image, depth and weights. */
final class RenderParity implements CaseKind {
  private final Lookup lookup;

  /** Both ways of looking up must give the recorded numbers. */
  RenderParity(Lookup lookup) {
    this.lookup = lookup;
  }

  /** Depth of an empty ray in both programs. */
  static final double EMPTY_DEPTH = 10;

  @Override
  public Answers answer(NDManager scope, Recording recording) {
    FieldLayout layout = layout(recording);
    VoxelField field = field(scope, layout, recording, "");
    try (FieldRenderer renderer = new FieldRenderer(scope, layout, lookup)) {
      Rays rays = Rays.through(camera(recording), pose(recording));
      float step = layout.stepLength(recording.real("step_ratio"));
      RayMarch march = RayMarch.fixedStep(rays, layout.box(), step);
      NDArray background = background(scope, recording, renderer, field, rays);
      Rendering rendering = renderer.render(scope, field, march, background);
      Answers answers = new Answers();
      answers.put("image", rendering.image()).put("depth", rendering.depth());
      answers.put("weights", rendering.weights().transpose().duplicate());
      answers.put("opacity", rendering.opacity());
      answers.put("step_size", step).put("num_samples_full_diag", layout.samplesAcross(step));
      NDList query = renderer.query(scope, field, recording.tensor(scope, "query.xyz"));
      answers.put("query.sigma", query.get(0));
      answers.put("query.color_feats", query.get(1).transpose().duplicate());
      for (String of : new String[] {"image", "depth", "weights"}) {
        RenderGradient upstream = new RenderGradient(scope, rendering);
        NDArray given = recording.tensor(scope, "dL_d" + of);
        switch (of) {
          case "image" -> upstream.addImage(given, 1);
          case "depth" -> upstream.addDepth(given, 1);
          default -> upstream.addWeights(raysFirst(given, rays.count()), 1);
        }
        FieldGradient gradient = renderer.backward(scope, field, rendering, upstream);
        String prefix = of.equals("image") ? "gimg." : "g" + of + ".";
        split(gradient.grid(), prefix + "density", prefix + "color", answers);
        answers.put(prefix + "d_scale", gradient.logGain());
        if (recording.flag("blend_bg_texture")) {
          answers.put(
              prefix + "bg",
              renderer.textureBackward(scope, field, rays, background, gradient.background()));
        }
      }
      return answers;
    }
  }

  /** Weights are recorded as (k, n) or (k, H, W); here they are (n, k). */
  private static NDArray raysFirst(NDArray recorded, int rays) {
    long samples = recorded.getShape().get(0);
    return recorded.reshape(new Shape(samples, rays)).transpose().duplicate();
  }

  private static FieldLayout layout(Recording recording) {
    double half = recording.real("bbox_len");
    ColourActivation activation =
        switch (recording.config("model_type").asText()) {
          case "V_SD" -> ColourActivation.IDENTITY;
          case "VoxRF" -> ColourActivation.SIGMOID;
          case "V_SJC" -> ColourActivation.SIGNED_SIGMOID;
          case String other -> throw new AssertionError("model_type: " + other);
        };
    return layout(
        recording,
        half,
        recording.whole("c"),
        activation,
        recording.real("ray_march_weight_thres"));
  }

  static FieldLayout layout(
      Recording recording,
      double half,
      int channels,
      ColourActivation activation,
      double threshold) {
    return new FieldLayout(
        recording.config("grid_xyz").get(0).asInt(),
        recording.config("grid_xyz").get(1).asInt(),
        recording.config("grid_xyz").get(2).asInt(),
        channels,
        SceneBox.cube(half),
        recording.real("density_shift"),
        1,
        activation,
        Padding.ZEROS,
        threshold,
        EMPTY_DEPTH);
  }

  static VoxelField field(NDManager scope, FieldLayout layout, Recording recording, String prefix) {
    return VoxelField.of(
            scope,
            layout,
            recording.input(prefix + "density").floats(),
            recording.input(prefix + "color").floats())
        .with(recording.tensor(scope, prefix + "d_scale"), recording.tensor(scope, prefix + "bg"));
  }

  private static Intrinsics camera(Recording recording) {
    return Intrinsics.ofMatrix(
        recording.whole("W"), recording.whole("H"), recording.input("K").doubles());
  }

  private static Pose pose(Recording recording) {
    return Pose.ofMatrix(recording.input("pose").doubles());
  }

  private static NDArray background(
      NDManager scope, Recording recording, FieldRenderer renderer, VoxelField field, Rays rays) {
    if (recording.flag("blend_bg_texture")) {
      return renderer.texture(scope, field, rays);
    }
    if (recording.hasInput("white_bg_latent")) {
      NDArray picture = recording.tensor(scope, "white_bg_latent").expandDims(0);
      return renderer.picture(scope, picture, recording.whole("W"), recording.whole("H"));
    }
    return scope.ones(new Shape(field.layout().channels(), rays.count()), DataType.FLOAT32);
  }

  /** Splits a grid of density and colour into its two recorded parts. */
  static void split(NDArray grid, String density, String colour, Answers answers) {
    double[] both = Answers.doubles(grid.toFloatArray());
    int voxels = both.length / Math.toIntExact(grid.getShape().get(1));
    answers.put(density, Arrays.copyOf(both, voxels));
    answers.put(colour, Arrays.copyOfRange(both, voxels, both.length));
  }
}
