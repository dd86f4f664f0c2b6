package dev.voxelmill.gpu.field;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.Argument;
import dev.voxelmill.gpu.engine.Kernel;
import dev.voxelmill.gpu.engine.KernelSource;
import java.util.List;

/** Steps tensors in place by Adam or Adamax; it keeps no state of its own. */
public final class FieldOptimiser implements AutoCloseable {
  private final OptimiserRule rule;
  private final Kernel kernel;

  public FieldOptimiser(NDManager owner, OptimiserRule rule) {
    this.rule = rule;
    kernel =
        Kernel.compile(
            owner,
            KernelSource.resource(FieldOptimiser.class, "optimisers.torchscript", "Optimisers"));
  }

  /**
   * Changes a tensor and its moments by one gradient.
   *
   * @param step how many steps the moments have seen before, from 0
   * @param rate learning rate
   */
  public void step(
      NDManager scope, NDArray tensor, NDArray gradient, Moments moments, int step, double rate) {
    switch (rule.kind()) {
      case ADAM -> adam(scope, tensor, gradient, moments, step, rate);
      case ADAMAX -> adamax(scope, tensor, gradient, moments, step, rate);
    }
  }

  private void adam(
      NDManager scope, NDArray tensor, NDArray gradient, Moments moments, int step, double rate) {
    NDArray count = scope.create((float) (step + 1));
    kernel.call(
        scope,
        "adam",
        List.of(
            Argument.of(List.of(tensor)),
            Argument.of(List.of(gradient)),
            Argument.of(List.of(moments.first())),
            Argument.of(List.of(moments.second())),
            Argument.of(List.of(count)),
            Argument.of(rate),
            Argument.of(rule.beta1()),
            Argument.of(rule.beta2()),
            Argument.of(rule.epsilon())));
  }

  private void adamax(
      NDManager scope, NDArray tensor, NDArray gradient, Moments moments, int step, double rate) {
    double corrected = rate / (1 - StrictMath.pow(rule.beta1(), step + 1));
    kernel.call(
        scope,
        "adamax",
        List.of(
            Argument.of(tensor),
            Argument.of(gradient),
            Argument.of(moments.first()),
            Argument.of(moments.second()),
            Argument.of(corrected),
            Argument.of(rule.beta1()),
            Argument.of(rule.beta2()),
            Argument.of(rule.epsilon())));
  }

  @Override
  public void close() {
    kernel.close();
  }
}
