package dev.voxelmill.gpu.distill;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.field.FieldState;
import dev.voxelmill.gpu.field.LearningRates;
import dev.voxelmill.gpu.field.OptimiserRule;
import dev.voxelmill.gpu.field.Scene;
import dev.voxelmill.gpu.field.View;
import dev.voxelmill.gpu.toys.OraclePrior;
import dev.voxelmill.gpu.toys.ToyObject;
import dev.voxelmill.gpu.toys.ToyRenderer;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import java.util.Optional;

/** A distillation of a toy by one who knows it. */
final class OracleRun {
  static final OrbitCamera INPUT = OrbitCamera.ofDegrees(0, 20, 1.7, 49.1);

  private OracleRun() {}

  static DistillOptions options(int steps) {
    return new DistillOptions(
        steps,
        OptimiserRule.ADAM,
        LearningRates.falling(0.05),
        1,
        new DistillOptions.ScoreOptions(
            2, 1, 100, 970, DistillOptions.Levels.RANDOM, true, DistillOptions.Scaling.MEAN_SQUARE),
        new DistillOptions.LossWeights(10, 0.02, Emptiness.NONE, 0, 0, 0, 0.5));
  }

  static FieldState start(NDManager owner, Scene scene) {
    return FieldState.fresh(PictureScenes.softBall(owner, scene.layout()));
  }

  static Distillation open(
      NDManager owner,
      DistillOptions options,
      Scene scene,
      FieldState state,
      ToyObject toy,
      int sizePx) {
    InputView input =
        new InputView(View.of(INPUT, sizePx), picture(owner, toy, sizePx), PictureDecoder.NONE);
    return new Distillation(
        owner,
        options,
        scene,
        state,
        new Distillation.Guides(
            Optional.of(input),
            new PriorDenoiser(new OraclePrior(toy, sizePx), 1),
            new CounterDraws(7, options, CounterDraws.CameraRange.trained(INPUT), sizePx)));
  }

  /** What the input camera sees, (1, 4, n, n) in [-1, 1]. */
  static NDArray picture(NDManager owner, ToyObject toy, int sizePx) {
    float[] values = new ToyRenderer(sizePx).render(toy, INPUT);
    return owner.create(values, new Shape(1, 4, sizePx, sizePx)).muli(2).subi(1);
  }
}
