package dev.voxelmill.gpu.parity;

import ai.djl.ndarray.NDArray;
import dev.voxelmill.gpu.distill.Distillation;
import dev.voxelmill.gpu.field.FieldState;
import dev.voxelmill.gpu.field.Shown;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Collects of a loop what the recorded run kept. */
final class LoopAnswers {
  private final Answers answers = new Answers();
  private final List<double[]> rendered = new ArrayList<>();
  private final List<double[]> depths = new ArrayList<>();
  private final List<double[]> denoised = new ArrayList<>();

  void look(int number, Distillation.Passed passed) {
    for (Shown shown : passed.shown()) {
      rendered.add(Answers.doubles(shown.picture().toFloatArray()));
      depths.add(Answers.doubles(shown.depth().toFloatArray()));
    }
    String prefix = "grad" + number + ".";
    RenderParity.split(passed.gradients().grid(), prefix + "density", prefix + "color", answers);
    answers.put(prefix + "d_scale", passed.gradients().logGain());
    passed.gradients().texture().ifPresent(texture -> answers.put(prefix + "bg", texture));
  }

  void field(int number, FieldState state) {
    String prefix = "step" + number + ".";
    RenderParity.split(state.field().grid(), prefix + "density", prefix + "color", answers);
    answers.put(prefix + "d_scale", state.field().logGain());
    answers.put(prefix + "bg", state.field().texture().orElseThrow());
  }

  void denoised(NDArray picture) {
    denoised.add(Answers.doubles(picture.toFloatArray()));
  }

  Answers answers() {
    answers.put("rendered", flat(rendered));
    answers.put("depths", flat(depths));
    return answers.put("denoised", flat(denoised));
  }

  private static double[] flat(List<double[]> parts) {
    return parts.stream().flatMapToDouble(Arrays::stream).toArray();
  }
}
