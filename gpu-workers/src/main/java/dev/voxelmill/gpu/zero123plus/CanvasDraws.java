package dev.voxelmill.gpu.zero123plus;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.random.Noise;
import dev.voxelmill.gpu.random.NoiseStream;

/** The noise of a seed, each use from a stream of its own. */
public final class CanvasDraws implements CanvasNoise {
  private static final NoiseStream POSTERIOR = NoiseStream.named("zero123plus/posterior");
  private static final NoiseStream INITIAL = NoiseStream.named("zero123plus/initial");
  private static final NoiseStream REFERENCE = NoiseStream.named("zero123plus/reference");
  private static final NoiseStream STEP = NoiseStream.named("zero123plus/step");

  private final Noise noise;

  public CanvasDraws(long seed) {
    noise = new Noise(seed);
  }

  @Override
  public NDArray draw(NDManager scope, Use use, int step, Shape shape) {
    NoiseStream stream =
        switch (use) {
          case POSTERIOR -> POSTERIOR;
          case INITIAL -> INITIAL;
          case REFERENCE -> REFERENCE;
          case STEP -> STEP;
        };
    return scope.create(noise.normals(stream, step, Math.toIntExact(shape.size())), shape);
  }
}
