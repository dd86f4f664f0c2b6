package dev.voxelmill.gpu.sampling;

/**
 * Which of the timesteps of training a run visits; table 2 of Lin et al. (2024). All results are
 * descending. Divisions, rounding and numpy's way of counting are kept as in diffusers, since a
 * timestep that is off by one is another noise level.
 */
enum Spacing {
  LINSPACE,
  LEADING,
  TRAILING;

  /**
   * Timesteps that the network is asked at.
   *
   * @param trained timesteps of training
   * @param steps how many are wanted
   * @param offset added by {@link #LEADING}
   * @param rounded whether fractions are rounded away
   */
  double[] timesteps(int trained, int steps, int offset, boolean rounded) {
    return switch (this) {
      case LINSPACE -> {
        double[] ascending = linspace(trained - 1, steps);
        double[] timesteps = new double[steps];
        for (int i = 0; i < steps; i++) {
          double t = ascending[steps - 1 - i];
          timesteps[i] = rounded ? Math.rint(t) : t;
        }
        yield timesteps;
      }
      case LEADING -> leading(trained / steps, steps, 0, offset);
      case TRAILING -> trailing(trained, (double) trained / steps);
    };
  }

  /**
   * The same for multistep solvers, which count the end of the last step as one more timestep and
   * leave it out.
   *
   * @param last one more than the highest timestep that may be visited
   */
  double[] timestepsAndEnd(int trained, int last, int steps, int offset) {
    return switch (this) {
      case LINSPACE -> {
        double[] ascending = linspace(last - 1, steps + 1);
        double[] timesteps = new double[steps];
        for (int i = 0; i < steps; i++) {
          timesteps[i] = Math.rint(ascending[steps - i]);
        }
        yield timesteps;
      }
      case LEADING -> leading(last / (steps + 1), steps, 1, offset);
      case TRAILING -> trailing(last, (double) trained / steps);
    };
  }

  private static double[] leading(int ratio, int steps, int skipped, int offset) {
    double[] timesteps = new double[steps];
    for (int i = 0; i < steps; i++) {
      timesteps[i] = (double) (steps - 1 - i + skipped) * ratio + offset;
    }
    return timesteps;
  }

  /**
   * As numpy.arange(last, 0, -ratio), whose every element is a multiple of the first difference.
   */
  private static double[] trailing(int last, double ratio) {
    double difference = (last - ratio) - last;
    double[] timesteps = new double[(int) Math.ceil(last / ratio)];
    for (int i = 0; i < timesteps.length; i++) {
      timesteps[i] = Math.rint(last + i * difference) - 1;
    }
    return timesteps;
  }

  /** As numpy.linspace(0, end, count): ascending. */
  private static double[] linspace(double end, int count) {
    double[] values = new double[count];
    for (int i = 1; i < count; i++) {
      values[i] = i * (end / (count - 1));
    }
    if (count > 1) {
      values[count - 1] = end;
    }
    return values;
  }
}
