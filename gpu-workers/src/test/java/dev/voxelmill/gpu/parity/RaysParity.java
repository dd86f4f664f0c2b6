package dev.voxelmill.gpu.parity;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import dev.voxelmill.gpu.field.Intrinsics;
import dev.voxelmill.gpu.field.Pose;
import dev.voxelmill.gpu.field.Rays;
import dev.voxelmill.gpu.field.ReferencePoses;
import dev.voxelmill.gpu.field.SceneBox;
import dev.voxelmill.gpu.field.Spans;
import dev.voxelmill.gpu.field.UpAxis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Intrinsics, poses, rays and their way through a box. */
final class RaysParity implements CaseKind {
  private static final Pattern SUBPIXEL = Pattern.compile("subpixel_ray_d_(\\d+)x(\\d+)_f(\\d+)");

  /** The recorded test path winds this often round the object. */
  private static final int SPIRAL_ROUNDS = 2;

  @Override
  public Answers answer(NDManager scope, Recording recording) {
    Intrinsics camera = intrinsics(recording, recording.whole("W"), recording.whole("H"));
    UpAxis up = up(recording.config("up"));
    List<Pose> poses = new ArrayList<>();
    for (int view = 0; view < recording.input("eyes").shape().getFirst(); view++) {
      poses.add(Pose.lookingAtOrigin(recording.part("eyes", view), up));
    }
    Answers answers = new Answers();
    answers.put("K", camera.matrix());
    answers.put("poses", matrices(poses));
    answers.put("ray_o", flat(poses.stream().map(Pose::eye).toList()));
    rays(recording, camera, poses, answers);
    subpixelRays(recording, poses.getFirst(), answers);
    paths(recording, up, answers);
    return answers;
  }

  private static void rays(
      Recording recording, Intrinsics camera, List<Pose> poses, Answers answers) {
    Rays first = Rays.through(camera, poses.getFirst());
    answers.put("spherical_uv_view0", first.textureCoordinates());
    answers.put(
        "ray_d_unnormalised_view0", Rays.unnormalised(camera, poses.getFirst()).directions());
    Rays all = Rays.concatenated(poses.stream().map(pose -> Rays.through(camera, pose)).toList());
    answers.put("ray_d", all.directions());
    Spans spans =
        new SceneBox(recording.part("aabb_min_max", 0), recording.part("aabb_min_max", 1))
            .spans(all);
    double[] near = new double[all.count()];
    double[] far = new double[all.count()];
    double[] hit = new double[all.count()];
    for (int ray = 0; ray < all.count(); ray++) {
      near[ray] = spans.near(ray);
      far[ray] = spans.far(ray);
      hit[ray] = spans.hits(ray) ? 1 : 0;
    }
    answers.put("t_min", near).put("t_max", far).put("hit", hit);
  }

  private static void subpixelRays(Recording recording, Pose pose, Answers answers) {
    for (String name : recording.expected().keySet()) {
      Matcher size = SUBPIXEL.matcher(name);
      if (size.matches()) {
        int height = Integer.parseInt(size.group(1));
        int width = Integer.parseInt(size.group(2));
        Intrinsics camera = intrinsics(recording, width, height);
        answers.put(name, Rays.through(camera, pose, Integer.parseInt(size.group(3))).directions());
      }
    }
  }

  private static void paths(Recording recording, UpAxis up, Answers answers) {
    double radius = recording.real("radius");
    int steps = recording.expected().get("spiral_poses").shape().getFirst();
    answers.put(
        "spiral_poses", matrices(ReferencePoses.spiral(radius, radius, steps, SPIRAL_ROUNDS, up)));
    double[] azimuths = recording.input("train_uniform_h").doubles();
    double[] polars = recording.input("train_uniform_v").doubles();
    List<double[]> eyes = new ArrayList<>();
    List<String> prompts = new ArrayList<>();
    for (int i = 0; i < azimuths.length; i++) {
      eyes.add(ReferencePoses.trainEye(azimuths[i], polars[i], radius, up));
      prompts.add(ReferencePoses.viewPrompt(azimuths[i], polars[i]));
    }
    answers.put("train_eyes", flat(eyes));
    List<String> recorded = new ArrayList<>();
    recording.one().description().path("prompts").forEach(node -> recorded.add(node.asText()));
    if (!prompts.equals(recorded)) {
      throw new AssertionError("prompts: " + prompts + " (expected: " + recorded + ")");
    }
    if (recording.hasInput("reject_uniform_stream")) {
      DoubleSupplier draws = units(recording.input("reject_uniform_stream").doubles());
      List<double[]> shell = new ArrayList<>();
      for (int i = 0; i < recording.expected().get("train_eyes_reject").shape().getFirst(); i++) {
        shell.add(ReferencePoses.shellEye(draws));
      }
      answers.put("train_eyes_reject", flat(shell));
    }
  }

  /** The recorded stream holds three numbers in [-1, 1], then one in [1.8, 2.2], per attempt. */
  private static DoubleSupplier units(double[] stream) {
    int[] next = {0};
    return () -> {
      int i = next[0]++;
      return i % 4 < 3 ? (stream[i] + 1) / 2 : (stream[i] - 1.8) / (2.2 - 1.8);
    };
  }

  private static Intrinsics intrinsics(Recording recording, int width, int height) {
    return Intrinsics.ofFov(width, height, StrictMath.toRadians(recording.real("FoV_x_deg")));
  }

  private static UpAxis up(JsonNode axis) {
    for (UpAxis up : UpAxis.values()) {
      double[] direction = up.point(0, 0, 1);
      if (axis.get(0).asDouble() == direction[0]
          && axis.get(1).asDouble() == direction[1]
          && axis.get(2).asDouble() == direction[2]) {
        return up;
      }
    }
    throw new AssertionError("up: " + axis + " (expected: a unit axis)");
  }

  private static double[] matrices(List<Pose> poses) {
    List<double[]> rows = new ArrayList<>();
    for (Pose pose : poses) {
      double[] matrix = Arrays.copyOf(pose.matrix(), 16);
      matrix[15] = 1;
      rows.add(matrix);
    }
    return flat(rows);
  }

  private static double[] flat(List<double[]> parts) {
    return parts.stream().flatMapToDouble(Arrays::stream).toArray();
  }
}
