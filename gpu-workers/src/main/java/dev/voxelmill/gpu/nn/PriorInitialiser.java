package dev.voxelmill.gpu.nn;

import dev.voxelmill.gpu.random.Noise;
import dev.voxelmill.gpu.random.NoiseStream;
import java.util.Arrays;

/**
 * Draws a network's weights before training: uniform in +-1/sqrt(fan in) for convolutions and
 * linear layers, ones and zeros for normalisations, small normals for positions, zeros where a
 * branch shall start silent.
 */
public final class PriorInitialiser {
  private static final double POSITION_DEVIATION = 0.02;

  private final PriorConfig config;
  private final Noise noise;

  public PriorInitialiser(PriorConfig config, long seed) {
    this.config = config;
    noise = new Noise(seed);
  }

  /** The initial values of one weight of the configuration. */
  public float[] values(String name) {
    int[] shape = config.weightShapes().get(name);
    float[] values = new float[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
    NoiseStream stream = NoiseStream.named("prior/init/" + name);
    if (name.endsWith(".position")) {
      noise.fillNormals(stream, 0, 0, values);
      scale(values, POSITION_DEVIATION, 0);
    } else if (isNormalisation(name)) {
      Arrays.fill(values, name.endsWith(".weight") ? 1 : 0);
    } else if (!startsSilent(name)) {
      noise.fillUniforms(stream, 0, 0, values);
      double bound = 1 / Math.sqrt(fanIn(name));
      scale(values, 2 * bound, -bound);
    }
    return values;
  }

  private static boolean isNormalisation(String name) {
    return name.matches(".*norm\\d?\\.(weight|bias)");
  }

  /** The last convolution of every residual branch and of the network. */
  private static boolean startsSilent(String name) {
    return name.matches("((down|middle|up)\\d\\.conv2|out\\.conv)\\..*");
  }

  private int fanIn(String name) {
    String layer = name.substring(0, name.lastIndexOf('.'));
    int[] weight = config.weightShapes().get(layer + ".weight");
    int product = 1;
    for (int i = 1; i < weight.length; i++) {
      product *= weight[i];
    }
    return product;
  }

  private static void scale(float[] values, double factor, double offset) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (values[i] * factor + offset);
    }
  }
}
