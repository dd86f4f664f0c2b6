package dev.voxelmill.gpu.field;

/** How densely rays are sampled. */
public sealed interface Marching {
  /** The march of a bundle of rays; {@code jitter} is one number in [0, 1) per ray. */
  RayMarch march(Rays rays, FieldLayout layout, float[] jitter);

  /**
   * A fixed length, SJC's way; it takes no jitter.
   *
   * @param ratio step over the mean voxel edge, > 0
   */
  record FixedStep(double ratio) implements Marching {
    public FixedStep {
      if (!(ratio > 0)) {
        throw new IllegalArgumentException("ratio: " + ratio + " (expected: > 0)");
      }
    }

    @Override
    public RayMarch march(Rays rays, FieldLayout layout, float[] jitter) {
      return RayMarch.fixedStep(rays, layout.box(), layout.stepLength(ratio));
    }
  }

  /**
   * A fixed number of samples on every ray that meets the box, shifted within a step by the jitter.
   *
   * @param samples per ray, >= 1
   */
  record EqualParts(int samples) implements Marching {
    public EqualParts {
      if (samples < 1) {
        throw new IllegalArgumentException("samples: " + samples + " (expected: >= 1)");
      }
    }

    @Override
    public RayMarch march(Rays rays, FieldLayout layout, float[] jitter) {
      return RayMarch.equalParts(rays, layout.box(), samples, jitter);
    }
  }
}
