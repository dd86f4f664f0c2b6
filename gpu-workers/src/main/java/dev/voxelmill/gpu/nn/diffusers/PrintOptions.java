package dev.voxelmill.gpu.nn.diffusers;

import dev.voxelmill.gpu.nn.script.Precision;

/**
 * How a network is printed.
 *
 * @param precision in which it computes
 * @param traced whether it keeps its intermediate tensors to be looked at
 * @param reference whether a UNet's self-attention can read what a reference pass wrote
 */
public record PrintOptions(Precision precision, boolean traced, boolean reference) {
  public static final PrintOptions PLAIN = new PrintOptions(Precision.FLOAT32, false, false);

  public PrintOptions withReference() {
    return new PrintOptions(precision, traced, true);
  }

  public PrintOptions withTrace() {
    return new PrintOptions(precision, true, reference);
  }

  public PrintOptions in(Precision other) {
    return new PrintOptions(other, traced, reference);
  }
}
