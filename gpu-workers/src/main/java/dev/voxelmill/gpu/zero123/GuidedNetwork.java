package dev.voxelmill.gpu.zero123;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.Argument;
import dev.voxelmill.gpu.engine.Kernel;
import dev.voxelmill.gpu.nn.diffusers.UNet;
import dev.voxelmill.gpu.zero123.Zero123Sight.Condition;
import java.util.ArrayList;
import java.util.List;

/**
 * The UNet of Zero-1-to-3 under guidance: asked with and without the picture. Without it both token
 * and latents are zeros; the token's zeros come after the projection.
 */
public final class GuidedNetwork {
  private final UNet unet;
  private final Kernel kernel;

  /** Of networks that it does not own. */
  GuidedNetwork(UNet unet, Kernel kernel) {
    this.unet = unet;
    this.kernel = kernel;
  }

  /**
   * One call of the UNet, with and without the picture.
   *
   * @param inputs what it saw: without, then with the picture; with it alone if the scale is 1
   * @param answers to both
   * @param guided u + s (c - u), (B, 4, h, w)
   */
  public record Answered(NDArray inputs, NDArray answers, NDArray guided) {}

  /** The guided prediction for noisy latents (B, 4, h, w). */
  public Answered predict(
      NDManager scope, NDArray noisy, double timestep, Condition condition, double guidanceScale) {
    UNet.Question question = question(scope, new Asked(noisy, timestep, condition, guidanceScale));
    NDArray answers = unet.predict(scope, question);
    return new Answered(question.sample(), answers, guided(scope, answers, guidanceScale));
  }

  /**
   * What a call of the UNet is asked.
   *
   * @param noisy latents (B, 4, h, w)
   * @param guidanceScale s in u + s (c - u)
   */
  public record Asked(NDArray noisy, double timestep, Condition condition, double guidanceScale) {
    private Asked rows(NDManager scope, long from, long to) {
      Condition part =
          new Condition(
              some(scope, condition.place(), from, to),
              some(scope, condition.token(), from, to),
              some(scope, condition.latents(), from, to));
      return new Asked(some(scope, noisy, from, to), timestep, part, guidanceScale);
    }

    private static NDArray some(NDManager scope, NDArray array, long from, long to) {
      NDArray rows = array.get("%d:%d".formatted(from, to));
      rows.attach(scope);
      return rows;
    }
  }

  /**
   * The guided predictions for what several ask, in one call of the UNet, each as alone up to
   * rounding.
   *
   * @return (B, 4, h, w) of each
   */
  public List<NDArray> predict(NDManager scope, List<Asked> asked) {
    try (NDManager work = scope.newSubManager()) {
      List<UNet.Question> questions = asked.stream().map(one -> question(work, one)).toList();
      List<NDArray> answers = unet.predict(work, questions);
      List<NDArray> guided = new ArrayList<>();
      for (int i = 0; i < answers.size(); i++) {
        NDArray one = guided(work, answers.get(i), asked.get(i).guidanceScale());
        one.attach(scope);
        guided.add(one);
      }
      return guided;
    }
  }

  /**
   * The guided prediction for what one asks, (B, 4, h, w).
   *
   * @param calls of the UNet among which the B rows are shared out, from 1: more need less memory
   */
  public NDArray predict(NDManager scope, Asked asked, int calls) {
    long rows = asked.noisy().getShape().get(0);
    long each = Math.ceilDiv(rows, calls);
    try (NDManager work = scope.newSubManager()) {
      NDList guided = new NDList();
      for (long from = 0; from < rows; from += each) {
        try (NDManager call = work.newSubManager()) {
          Asked part = asked.rows(call, from, Math.min(from + each, rows));
          guided.addAll(new NDList(predict(call, List.of(part))));
          guided.getLast().attach(work);
        }
      }
      NDArray all = NDArrays.concat(guided);
      all.attach(scope);
      return all;
    }
  }

  private UNet.Question question(NDManager scope, Asked asked) {
    boolean guides = asked.guidanceScale() != 1;
    Condition condition = asked.condition();
    return UNet.Question.of(
        kernel.callOne(scope, guides ? "both" : "alone", asked.noisy(), condition.latents()),
        scope.create((float) asked.timestep()),
        guides ? kernel.callOne(scope, "tokens", condition.token()) : condition.token());
  }

  private NDArray guided(NDManager scope, NDArray answers, double guidanceScale) {
    return guidanceScale == 1
        ? answers
        : kernel.callOne(
            scope, "guided", List.of(Argument.of(answers), Argument.of(guidanceScale)));
  }

  /**
   * What the UNet answers to noisy latents that are there twice, without and with the picture.
   *
   * @param inputs (2 B, 4, h, w)
   * @param timesteps (2 B)
   * @return (2 B, 4, h, w)
   */
  public NDArray answer(NDManager scope, NDArray inputs, NDArray timesteps, Condition condition) {
    try (NDManager work = scope.newSubManager()) {
      NDArray beside = kernel.callOne(work, "beside", inputs, condition.latents());
      NDArray tokens = kernel.callOne(work, "tokens", condition.token());
      return unet.predict(scope, UNet.Question.of(beside, timesteps, tokens));
    }
  }
}
