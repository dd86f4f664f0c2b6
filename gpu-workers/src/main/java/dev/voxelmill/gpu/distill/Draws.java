package dev.voxelmill.gpu.distill;

import dev.voxelmill.gpu.field.View;

/** Everything random about a distillation, as functions of the step. */
public interface Draws {
  /** The view of that index to score at a step. */
  View view(int step, int index);

  /** The view close to a scored one that it is compared with. */
  View nearView(int step, View scored);

  /** Noise level of each of {@code count} pictures at a step. */
  double[] sigmas(int step, int count);

  /** {@code count} standard normals, the noise of a step. */
  float[] noise(int step, int count);

  /** Where in its step each of {@code rays} rays is sampled, for a view of a step, in [0, 1). */
  float[] jitter(int step, int view, int rays);
}
