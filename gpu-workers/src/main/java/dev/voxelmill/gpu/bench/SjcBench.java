package dev.voxelmill.gpu.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.DeviceThread;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.field.Backdrop;
import dev.voxelmill.gpu.field.ColourActivation;
import dev.voxelmill.gpu.field.FieldLayout;
import dev.voxelmill.gpu.field.FieldState;
import dev.voxelmill.gpu.field.FieldTrainer;
import dev.voxelmill.gpu.field.LearningRates;
import dev.voxelmill.gpu.field.Lookup;
import dev.voxelmill.gpu.field.Marching;
import dev.voxelmill.gpu.field.OptimiserRule;
import dev.voxelmill.gpu.field.Padding;
import dev.voxelmill.gpu.field.PictureSpace;
import dev.voxelmill.gpu.field.Scene;
import dev.voxelmill.gpu.field.SceneBox;
import dev.voxelmill.gpu.field.Shown;
import dev.voxelmill.gpu.field.View;
import dev.voxelmill.gpu.field.VoxelField;
import dev.voxelmill.gpu.random.Noise;
import dev.voxelmill.gpu.random.NoiseStream;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;

/**
 * One SJC iteration at the paper's size without the score network: 64x64 rays through a grid of
 * 100^3 x (1 + 4) in steps of half a voxel, a gradient at the image, backward, Adamax. The same
 * cameras, samples and numbers as a plain PyTorch program of the same equations, so that the two
 * can be timed in turn.
 */
public final class SjcBench {
  private static final int GRID = 100;
  private static final int CHANNELS = 4;
  private static final int SIZE_PX = 64;
  private static final int WARM_UP = 2;
  private static final double RADIUS = 1.5;
  private static final double ELEVATION_RAD = 0.3;
  private static final double TURN_RAD = 0.37;
  private static final double FOV_DEG = 60;
  private static final double IMAGE_GRADIENT = 0.01;
  private static final NoiseStream COLOURS = NoiseStream.named("bench/sjc-colours");

  private SjcBench() {}

  /** Times iterations: arguments are the threads of an operator and the number of iterations. */
  public static void main(String[] arguments) {
    int threads = Integer.parseInt(arguments[0]);
    int iterations = Integer.parseInt(arguments[1]);
    TorchOptions options = new TorchOptions(threads, Device.cpu(), false);
    try (DeviceThread device = DeviceThread.open("bench")) {
      Figures figures = device.call(() -> measure(Torch.start(options), iterations));
      System.out.printf(
          "%.1f ms/iteration  CPU %.1f ms of the calling thread  threads %d%n",
          figures.wallMillis(), figures.threadMillis(), threads);
    }
  }

  /**
   * Medians over the iterations.
   *
   * @param wallMillis what a clock on the wall shows
   * @param threadMillis processor time of the calling thread, which a busy machine disturbs less
   */
  public record Figures(double wallMillis, double threadMillis) {}

  /** Times iterations; call on a device thread. */
  public static Figures measure(Torch torch, int iterations) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    double[] wall = new double[iterations];
    double[] thread = new double[iterations];
    try (NDManager owner = torch.newScope();
        FieldTrainer trainer =
            new FieldTrainer(owner, scene(), OptimiserRule.ADAMAX, state(owner))) {
      for (int i = 0; i < WARM_UP; i++) {
        iterate(trainer, i);
      }
      for (int i = 0; i < iterations; i++) {
        long start = System.nanoTime();
        long busy = threads.getCurrentThreadCpuTime();
        iterate(trainer, i);
        wall[i] = (System.nanoTime() - start) / 1e6;
        thread[i] = (threads.getCurrentThreadCpuTime() - busy) / 1e6;
      }
    }
    return new Figures(median(wall), median(thread));
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  private static void iterate(FieldTrainer trainer, int i) {
    OrbitCamera camera =
        new OrbitCamera(TURN_RAD * i, ELEVATION_RAD, RADIUS, StrictMath.toRadians(FOV_DEG));
    try (FieldTrainer.Step step = trainer.begin()) {
      Shown shown = step.show(View.of(camera, SIZE_PX), new float[SIZE_PX * SIZE_PX]);
      NDArray gradient = shown.picture().onesLike();
      shown.askPicture(step.scope(), PictureSpace.LATENT, gradient, IMAGE_GRADIENT);
      step.pull(shown);
      step.update(LearningRates.constant(0.05), trainer.state().nextStep(), 1);
    }
  }

  private static Scene scene() {
    FieldLayout layout =
        new FieldLayout(
            GRID,
            GRID,
            GRID,
            CHANNELS,
            SceneBox.cube(1),
            -1,
            1,
            ColourActivation.IDENTITY,
            Padding.ZEROS,
            1e-4,
            10);
    return new Scene(
        layout,
        new Marching.FixedStep(0.5),
        new Backdrop.Plain(0),
        PictureSpace.LATENT,
        Lookup.TOGETHER);
  }

  private static FieldState state(NDManager owner) {
    int voxels = GRID * GRID * GRID;
    float[] colour = new Noise(0).normals(COLOURS, 0, CHANNELS * voxels);
    return FieldState.fresh(VoxelField.of(owner, scene().layout(), new float[voxels], colour));
  }
}
