package dev.voxelmill.gpu.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.distill.Denoiser;
import dev.voxelmill.gpu.distill.DistillOptions;
import dev.voxelmill.gpu.distill.Distillation;
import dev.voxelmill.gpu.distill.InputView;
import dev.voxelmill.gpu.distill.NetworkDenoiser;
import dev.voxelmill.gpu.distill.PictureDecoder;
import dev.voxelmill.gpu.distill.Scores;
import dev.voxelmill.gpu.distill.SigmaTable;
import dev.voxelmill.gpu.engine.Argument;
import dev.voxelmill.gpu.engine.Kernel;
import dev.voxelmill.gpu.field.Backdrop;
import dev.voxelmill.gpu.field.ColourActivation;
import dev.voxelmill.gpu.field.FieldLayout;
import dev.voxelmill.gpu.field.FieldState;
import dev.voxelmill.gpu.field.LearningRates;
import dev.voxelmill.gpu.field.Lookup;
import dev.voxelmill.gpu.field.Marching;
import dev.voxelmill.gpu.field.OptimiserRule;
import dev.voxelmill.gpu.field.PictureSpace;
import dev.voxelmill.gpu.field.Pose;
import dev.voxelmill.gpu.field.Scene;
import dev.voxelmill.gpu.field.View;
import java.util.List;
import java.util.Optional;

/** Steps of the real loops with recorded cameras and noise and a stand-in for the network. */
final class TrainLoopParity implements CaseKind {
  /** Voxel edges per step, latent channels, texture rate and threshold of both programs. */
  private static final double STEP_RATIO = 0.5;

  private static final int CHANNELS = 4;
  private static final double TEXTURE_RATE = 1e-4;
  private static final double COLOUR_THRESHOLD = 1e-4;

  /** Where 3drec puts the input camera (pose.R of its configuration). */
  private static final double INPUT_RADIUS = 2;

  /** Edge of the pictures that the stand-in decodes to. */
  private static final int DECODED_PX = 256;

  @Override
  public Answers answer(NDManager scope, Recording recording) {
    FieldLayout layout =
        RenderParity.layout(recording, 1, CHANNELS, ColourActivation.IDENTITY, COLOUR_THRESHOLD);
    Backdrop backdrop =
        recording.hasInput("white_bg_latent")
            ? new Backdrop.Picture(recording.tensor(scope, "white_bg_latent").expandDims(0))
            : new Backdrop.Texture();
    Scene scene =
        new Scene(
            layout,
            new Marching.FixedStep(STEP_RATIO),
            backdrop,
            PictureSpace.LATENT,
            Lookup.SEPARATE);
    FieldState state = FieldState.fresh(RenderParity.field(scope, layout, recording, "init."));
    LoopAnswers seen = new LoopAnswers();
    try (Kernel fake = ScoreParity.fakeNetwork(scope);
        Scores scores = new Scores(scope)) {
      Distillation.Guides guides =
          new Distillation.Guides(
              input(scope, recording, fake),
              denoiser(scope, recording, fake, scores, seen),
              new RecordedDraws(recording));
      try (Distillation run = new Distillation(scope, options(recording), scene, state, guides)) {
        while (run.nextStep() < run.totalSteps()) {
          int number = run.nextStep() + 1;
          run.step(passed -> seen.look(number, passed));
          seen.field(number, run.state());
        }
      }
    }
    return seen.answers();
  }

  private static DistillOptions options(Recording recording) {
    double lr = recording.real("lr");
    boolean known = recording.one().config().path("train_view").asBoolean();
    return new DistillOptions(
        recording.whole("n_steps"),
        OptimiserRule.ADAMAX,
        new LearningRates(lr, 1, 1, TEXTURE_RATE, true),
        recording.one().config().path("grad_accum").asInt(1),
        new DistillOptions.ScoreOptions(
            1,
            1,
            10,
            969,
            DistillOptions.Levels.RANDOM,
            recording.flag("var_red"),
            DistillOptions.Scaling.SIGMA),
        new DistillOptions.LossWeights(
            known ? recording.real("view_weight") : 0,
            0,
            LossesParity.emptiness(recording),
            recording.real("depth_weight"),
            recording.one().config().path("near_view_weight").asDouble(),
            recording.one().config().path("depth_smooth_weight").asDouble(),
            recording.real("emptiness_step")));
  }

  private static Optional<InputView> input(NDManager scope, Recording recording, Kernel fake) {
    if (!recording.hasInput("input_pose")) {
      return Optional.empty();
    }
    NDArray weight = recording.tensor(scope, "fake.decode_3x4");
    PictureDecoder decoder =
        new PictureDecoder() {
          @Override
          public NDArray decode(NDManager step, NDArray picture) {
            return fake.callOne(
                step,
                "decode",
                List.of(Argument.of(picture), Argument.of(weight), Argument.of(DECODED_PX)));
          }

          @Override
          public NDArray pullBack(NDManager step, NDArray picture, NDArray gradient) {
            return fake.callOne(step, "pull_back", picture, weight, gradient);
          }
        };
    String name =
        recording.inputs().keySet().stream()
            .filter(key -> key.startsWith("input_image"))
            .findFirst()
            .orElseThrow();
    NDArray picture =
        fake.callOne(
            scope,
            "input_picture",
            List.of(Argument.of(recording.tensor(scope, name)), Argument.of(DECODED_PX)));
    View view = new View(RecordedDraws.intrinsics(recording, 0), inputPose(recording));
    return Optional.of(new InputView(view, picture, decoder));
  }

  /** The recorded pose with its eye moved to 3drec's radius, orientation kept, as 3drec does. */
  private static Pose inputPose(Recording recording) {
    double[] matrix = recording.input("input_pose").doubles();
    double distance =
        Math.sqrt(matrix[3] * matrix[3] + matrix[7] * matrix[7] + matrix[11] * matrix[11]);
    for (int row = 0; row < 3; row++) {
      matrix[4 * row + 3] *= INPUT_RADIUS / distance;
    }
    return Pose.ofMatrix(matrix);
  }

  private static Denoiser denoiser(
      NDManager owner, Recording recording, Kernel fake, Scores scores, LoopAnswers seen) {
    NetworkDenoiser network =
        new NetworkDenoiser(
            SigmaTable.scaledLinear(),
            NetworkDenoiser.Target.EPSILON,
            recording.real("guidance_scale"));
    return (scope, z, sigmas, views) -> {
      float[] levels = new float[sigmas.length];
      for (int i = 0; i < levels.length; i++) {
        levels[i] = (float) sigmas[i];
      }
      NDArray denoised =
          recording.hasInput("fake.cc_w")
              ? scores
                  .denoise(
                      scope,
                      network,
                      (inner, inputs, timesteps) -> {
                        NDArray token = token(inner, recording, fake, views.getFirst());
                        NDArray at =
                            fake.callOne(
                                inner, "concatenated", inputs, recording.tensor(inner, "vae_emb"));
                        return ScoreParity.network(fake, token.zerosLike(), token)
                            .answer(inner, at, timesteps);
                      },
                      z,
                      levels)
                  .denoised()
              : scores
                  .denoise(
                      scope,
                      network,
                      ScoreParity.network(
                          fake,
                          recording.tensor(owner, "fake.uncond_embeds"),
                          recording.tensor(owner, "fake.cond_embeds")),
                      z,
                      levels)
                  .denoised();
      seen.denoised(denoised);
      return denoised;
    };
  }

  /** Zero-1-to-3's condition: picture embedding and relative camera, projected (my3d.py, get_T). */
  private static NDArray token(NDManager scope, Recording recording, Kernel fake, View target) {
    double[] to = polar(target.pose().eye());
    double[] from = polar(inputPose(recording).eye());
    double turn = to[1] - from[1];
    float[] camera = {
      (float) (to[0] - from[0]),
      (float) StrictMath.sin(turn),
      (float) StrictMath.cos(turn),
      (float) (to[2] - from[2])
    };
    return fake.callOne(
        scope,
        "token",
        recording.tensor(scope, "clip_emb"),
        scope.create(camera),
        recording.tensor(scope, "fake.cc_w"),
        recording.tensor(scope, "fake.cc_b"));
  }

  /** Polar angle from +Z, azimuth and distance of a point. */
  private static double[] polar(double[] eye) {
    double planar = Math.hypot(eye[0], eye[1]);
    return new double[] {
      StrictMath.atan2(planar, eye[2]), StrictMath.atan2(eye[1], eye[0]), Math.hypot(planar, eye[2])
    };
  }
}
