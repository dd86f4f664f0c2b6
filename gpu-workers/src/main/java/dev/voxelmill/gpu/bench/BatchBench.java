package dev.voxelmill.gpu.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.diffusion.ViewPrior;
import dev.voxelmill.gpu.diffusion.ViewPriorModel;
import dev.voxelmill.gpu.nn.diffusers.PrintOptions;
import dev.voxelmill.gpu.nn.diffusers.UNet;
import dev.voxelmill.gpu.random.Noise;
import dev.voxelmill.gpu.random.NoiseStream;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Denoising steps of several jobs as one call of the network, against the same steps one after the
 * other. Every job has its own noise and timestep; both ways are timed in turn, round after round,
 * so that they see the same machine.
 */
public final class BatchBench {
  private static final int[] JOBS = {1, 2, 4, 8};
  private static final double NANOS_PER_SECOND = 1e9;
  private static final NoiseStream NOISE = NoiseStream.named("bench/batch");
  private static final double GUIDANCE = 3;
  private static final int TIMESTEP = 900;

  /** Views of a job of the shipped prior. */
  private static final int VIEWS = 6;

  /** Side of a job's latents in a UNet. */
  private static final int SIDE = 32;

  private static final int TOKENS = 77;

  private BatchBench() {}

  /**
   * One size of a batch; medians over the rounds.
   *
   * @param alonePerSecond steps of jobs a second, one after the other
   * @param togetherPerSecond the same in joint calls
   * @param largestDifference between an answer given alone and the same given together
   */
  public record Figures(
      int jobs, double alonePerSecond, double togetherPerSecond, double largestDifference) {}

  /** What several jobs ask, and how it is answered. */
  private record Work<Q>(
      List<Q> questions,
      Function<NDManager, List<NDArray>> alone,
      Function<NDManager, List<NDArray>> together) {
    static <Q> Work<Q> of(
        List<Q> questions,
        BiFunction<NDManager, Q, NDArray> one,
        BiFunction<NDManager, List<Q>, List<NDArray>> all) {
      return new Work<>(
          questions,
          scope -> questions.stream().map(question -> one.apply(scope, question)).toList(),
          scope -> all.apply(scope, questions));
    }
  }

  /** Guided steps of six views each with a prior; on a device thread. */
  public static List<Figures> ofPrior(NDManager owner, ViewPriorModel model, int rounds) {
    List<Figures> figures = new ArrayList<>();
    int n = model.resolution();
    for (int jobs : JOBS) {
      try (NDManager scope = owner.newSubManager()) {
        List<ViewPrior.Question> questions = new ArrayList<>();
        for (int job = 0; job < jobs; job++) {
          OrbitCamera camera = new OrbitCamera(0, 0.3, 1.7, model.fovRad());
          ViewPrior prior =
              model.condition(scope, normals(scope, 2 * job, new Shape(1, 4, n, n)), camera);
          int[] timesteps = new int[VIEWS];
          List<OrbitCamera> targets = new ArrayList<>();
          for (int view = 0; view < VIEWS; view++) {
            timesteps[view] = TIMESTEP - job;
            targets.add(new OrbitCamera(view, 0.3, 1.7, model.fovRad()));
          }
          questions.add(
              new ViewPrior.Question(
                  prior,
                  normals(scope, 2 * job + 1, new Shape(VIEWS, 4, n, n)),
                  timesteps,
                  targets,
                  GUIDANCE));
        }
        figures.add(
            measure(
                scope,
                Work.of(questions, (to, question) -> question.answer(to), model::denoise),
                rounds));
        questions.forEach(question -> question.prior().close());
      }
    }
    return figures;
  }

  /**
   * Guided steps, two rows each, of a UNet on latents of 32x32; on a device thread.
   *
   * @param folder of the network
   */
  public static List<Figures> ofUNet(NDManager owner, Path folder, int rounds) {
    List<Figures> figures = new ArrayList<>();
    try (UNet network = UNet.load(owner, folder, PrintOptions.PLAIN)) {
      int inputs = network.config().inputs();
      int width = network.config().contextWidth();
      for (int jobs : JOBS) {
        try (NDManager scope = owner.newSubManager()) {
          List<UNet.Question> questions = new ArrayList<>();
          for (int job = 0; job < jobs; job++) {
            questions.add(
                UNet.Question.of(
                    normals(scope, 2 * job, new Shape(2, inputs, SIDE, SIDE)),
                    scope.create((float) (TIMESTEP - job)),
                    normals(scope, 2 * job + 1, new Shape(2, TOKENS, width))));
          }
          figures.add(
              measure(scope, Work.of(questions, network::predict, network::predict), rounds));
        }
      }
    }
    return figures;
  }

  private static Figures measure(NDManager owner, Work<?> work, int rounds) {
    double difference = difference(owner, work); // also warms up
    List<Double> alone = new ArrayList<>();
    List<Double> together = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      alone.add(seconds(owner, work.alone()));
      together.add(seconds(owner, work.together()));
    }
    int jobs = work.questions().size();
    return new Figures(jobs, jobs / Medians.of(alone), jobs / Medians.of(together), difference);
  }

  private static double seconds(NDManager owner, Function<NDManager, List<NDArray>> step) {
    try (NDManager scope = owner.newSubManager()) {
      long start = System.nanoTime();
      float[] last = step.apply(scope).getLast().toFloatArray();
      double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
      if (!Float.isFinite(last[0])) {
        throw new IllegalStateException("answer: " + last[0] + " (expected: finite)");
      }
      return seconds;
    }
  }

  private static double difference(NDManager owner, Work<?> work) {
    try (NDManager scope = owner.newSubManager()) {
      List<NDArray> alone = work.alone().apply(scope);
      List<NDArray> together = work.together().apply(scope);
      double largest = 0;
      for (int job = 0; job < alone.size(); job++) {
        largest =
            Math.max(
                largest, largest(alone.get(job).toFloatArray(), together.get(job).toFloatArray()));
      }
      return largest;
    }
  }

  private static double largest(float[] one, float[] other) {
    double largest = 0;
    for (int i = 0; i < one.length; i++) {
      largest = Math.max(largest, Math.abs(one[i] - other[i]));
    }
    return largest;
  }

  private static NDArray normals(NDManager scope, int step, Shape shape) {
    return scope.create(new Noise(0).normals(NOISE, step, (int) shape.size()), shape);
  }
}
