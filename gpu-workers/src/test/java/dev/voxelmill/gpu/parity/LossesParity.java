package dev.voxelmill.gpu.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.distill.Emptiness;
import dev.voxelmill.gpu.field.FieldLosses;
import dev.voxelmill.gpu.field.LossValue;

/** The regularisers, each alone. */
final class LossesParity implements CaseKind {

  @Override
  public Answers answer(NDManager scope, Recording recording) {
    Answers answers = new Answers();
    try (FieldLosses losses = new FieldLosses(scope)) {
      Emptiness emptiness = emptiness(recording);
      NDArray weights = recording.tensor(scope, "ws");
      LossValue value =
          switch (emptiness.form()) {
            case SJC -> losses.emptiness(scope, weights, emptiness.scale());
            case THREE_D_REC -> losses.signedEmptiness(scope, weights, emptiness.scale());
          };
      int steps = recording.whole("n_steps");
      put(answers, "emptiness_early", ".grad_ws", value, emptiness.weightAt(0, steps));
      put(
          answers,
          "emptiness_late",
          ".grad_ws",
          value,
          emptiness.weightAt(recording.whole("late_i"), steps));
      put(
          answers,
          "center_depth",
          ".grad_depth",
          losses.recordedCentreDepth(scope, recording.tensor(scope, "depth64")),
          recording.real("depth_weight"));
      if (recording.hasInput("depth")) {
        put(
            answers,
            "depth_smooth",
            ".grad",
            losses.depthSmoothness(scope, recording.tensor(scope, "depth")),
            1);
      }
      if (recording.hasInput("near.y")) {
        nearView(scope, recording, losses, answers);
      }
    }
    return answers;
  }

  private static void nearView(
      NDManager scope, Recording recording, FieldLosses losses, Answers answers) {
    double weight = recording.real("near_view_weight");
    LossValue image =
        losses.meanDistance(
            scope, recording.tensor(scope, "near.y_near"), recording.tensor(scope, "near.y"));
    LossValue depth =
        losses.meanDistance(
            scope,
            recording.tensor(scope, "near.depth_near"),
            recording.tensor(scope, "near.depth"));
    answers.put("near_loss", weight * (image.value().getFloat() + depth.value().getFloat()));
    answers.put("near_loss.grad_y", image.gradient(), -weight);
    answers.put("near_loss.grad_y_near", image.gradient(), weight);
    answers.put("near_loss.grad_depth", depth.gradient(), -weight);
    answers.put("near_loss.grad_depth_near", depth.gradient(), weight);
  }

  private static void put(
      Answers answers, String name, String gradient, LossValue loss, double weight) {
    answers.put(name, loss.value(), weight).put(name + gradient, loss.gradient(), weight);
  }

  static Emptiness emptiness(Recording recording) {
    return new Emptiness(
        switch (recording.source()) {
          case SJC -> Emptiness.Form.SJC;
          case THREE_D_REC -> Emptiness.Form.THREE_D_REC;
        },
        recording.real("emptiness_weight"),
        recording.real("emptiness_scale"),
        recording.real("emptiness_step"),
        recording.real("emptiness_multiplier"));
  }
}
