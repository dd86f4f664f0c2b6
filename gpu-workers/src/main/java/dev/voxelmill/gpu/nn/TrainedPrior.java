package dev.voxelmill.gpu.nn;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.diffusion.NoiseSchedule;
import dev.voxelmill.gpu.diffusion.ViewPrior;
import dev.voxelmill.gpu.diffusion.ViewPriorModel;
import dev.voxelmill.gpu.engine.Argument;
import dev.voxelmill.gpu.engine.Dtypes;
import dev.voxelmill.gpu.engine.Kernel;
import dev.voxelmill.gpu.engine.SafeTensors;
import dev.voxelmill.gpu.engine.Shapes;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The view-conditioned denoiser with trained weights, ready to be shown an object. */
public final class TrainedPrior implements ViewPriorModel {
  private static final String SHIPPED = "/dev/voxelmill/gpu/prior/toy-prior.safetensors";
  private static final double FOV_TOLERANCE_DEG = 0.05;
  private static final NoiseSchedule SCHEDULE = NoiseSchedule.scaledLinear();

  private final PriorConfig config;
  private final Kernel kernel;

  private TrainedPrior(PriorConfig config, Kernel kernel) {
    this.config = config;
    this.kernel = kernel;
  }

  /**
   * Compiles the network and gives it its weights, which it takes over.
   *
   * @param weights by name, float32, exactly those that the configuration lists
   */
  public static TrainedPrior of(NDManager owner, PriorConfig config, Map<String, NDArray> weights) {
    Map<String, int[]> shapes = config.weightShapes();
    if (!shapes.keySet().equals(weights.keySet())) {
      throw new IllegalArgumentException(
          "weights: %d names (expected: the %d of %s)"
              .formatted(weights.size(), shapes.size(), config));
    }
    Kernel kernel = Kernel.compile(owner, ViewPriorKernel.source(config, false));
    shapes.forEach(
        (name, shape) -> {
          long[] dims = Arrays.stream(shape).asLongStream().toArray();
          kernel.register("adopt", name, Shapes.require(weights.get(name), name, dims));
        });
    return new TrainedPrior(config, kernel);
  }

  /**
   * The network of a kernel that already holds its weights; closing the prior closes the kernel.
   */
  public static TrainedPrior over(PriorConfig config, Kernel kernel) {
    return new TrainedPrior(config, kernel);
  }

  /** Reads a file that training exported: float16 weights, with the network's sizes as metadata. */
  public static TrainedPrior read(NDManager owner, SafeTensors file) {
    Map<String, NDArray> weights = new LinkedHashMap<>();
    try (NDManager scope = owner.newSubManager()) {
      for (String name : file.entries().keySet()) {
        NDArray weight = Dtypes.convert(file.read(scope, name), DataType.FLOAT32);
        weight.attach(owner);
        weights.put(name, weight);
      }
    }
    return of(owner, PriorConfig.of(file.metadata()), weights);
  }

  /** The prior that is shipped: toy cars, animals, ducks and rockets. */
  public static TrainedPrior shipped(NDManager owner) {
    try (SafeTensors file = SafeTensors.of(SHIPPED, shippedBytes())) {
      return read(owner, file);
    }
  }

  /** The file of {@link #shipped}. */
  public static byte[] shippedBytes() {
    try (InputStream in = TrainedPrior.class.getResourceAsStream(SHIPPED)) {
      if (in == null) {
        throw new FileNotFoundException(SHIPPED + ": no such resource");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public int resolution() {
    return config.resolution();
  }

  @Override
  public double fovRad() {
    return StrictMath.toRadians(config.fovDeg());
  }

  @Override
  public ViewPrior condition(NDManager owner, NDArray picture, OrbitCamera camera) {
    int n = config.resolution();
    Shapes.require(picture, "picture", 1, 4, n, n);
    requireFov(camera);
    return new Conditioned(owner.newSubManager(), picture, camera);
  }

  private void requireFov(OrbitCamera camera) {
    double fovDeg = Math.toDegrees(camera.fovRad());
    if (Math.abs(fovDeg - config.fovDeg()) > FOV_TOLERANCE_DEG) {
      throw new IllegalArgumentException(
          "camera.fovDeg: %.2f (expected: %.2f, which the prior was trained for; fix: resample the picture)"
              .formatted(fovDeg, config.fovDeg()));
    }
  }

  @Override
  public void close() {
    kernel.close();
  }

  @Override
  public List<NDArray> denoise(NDManager scope, List<ViewPrior.Question> questions) {
    List<Conditioned> views = questions.stream().map(this::own).toList();
    List<OrbitCamera> targets = questions.stream().flatMap(one -> one.targets().stream()).toList();
    int[] timesteps =
        questions.stream().flatMapToInt(one -> Arrays.stream(one.timesteps())).toArray();
    float[] scales = new float[timesteps.length];
    boolean guided = false;
    int row = 0;
    for (ViewPrior.Question question : questions) {
      Arrays.fill(scales, row, row + question.timesteps().length, (float) question.guidanceScale());
      row += question.timesteps().length;
      guided |= question.guidanceScale() != 1;
    }
    try (NDManager call = scope.newSubManager()) {
      NDList clean =
          kernel.call(
              call,
              "denoise_jointly",
              List.of(
                  Argument.of(questions.stream().map(ViewPrior.Question::z).toList()),
                  Argument.of(times(call, timesteps)),
                  Argument.of(signals(call, timesteps)),
                  Argument.of(views.stream().map(view -> view.picture).toList()),
                  Argument.of(views.stream().map(view -> view.camera).toList()),
                  Argument.of(cameras(call, targets)),
                  Argument.of(views.stream().map(view -> view.volume).toList()),
                  Argument.of(call.create(scales)),
                  Argument.of(guided)));
      clean.attach(scope);
      return clean;
    }
  }

  private Conditioned own(ViewPrior.Question question) {
    question.targets().forEach(this::requireFov);
    if (question.prior() instanceof Conditioned view && view.model() == this) {
      return view;
    }
    throw new IllegalArgumentException(
        "prior: " + question.prior() + " (expected: one that this model was conditioned to)");
  }

  private static NDArray times(NDManager scope, int[] timesteps) {
    float[] t = new float[timesteps.length];
    for (int row = 0; row < t.length; row++) {
      t[row] = timesteps[row];
    }
    return scope.create(t);
  }

  private static NDArray signals(NDManager scope, int[] timesteps) {
    float[] abar = new float[timesteps.length];
    for (int row = 0; row < abar.length; row++) {
      abar[row] = (float) SCHEDULE.abar(timesteps[row]);
    }
    return scope.create(abar);
  }

  private static NDArray cameras(NDManager scope, List<OrbitCamera> cameras) {
    float[] rows = new float[3 * cameras.size()];
    for (int i = 0; i < cameras.size(); i++) {
      rows[3 * i] = (float) cameras.get(i).azimuthRad();
      rows[3 * i + 1] = (float) cameras.get(i).elevationRad();
      rows[3 * i + 2] = (float) cameras.get(i).radius();
    }
    return scope.create(rows, new Shape(cameras.size(), 3));
  }

  /** The model after it has been shown a view: the picture, its camera and the feature volume. */
  private final class Conditioned implements ViewPrior {
    private final NDManager manager;
    private final NDArray picture; // (1, 4, n, n)
    private final NDArray camera; // (1, 3)
    private final NDArray volume; // (1, features, slices, n / 2, n / 2)

    Conditioned(NDManager manager, NDArray picture, OrbitCamera camera) {
      this.manager = requireNonNull(manager, "manager");
      this.picture = picture.duplicate();
      this.picture.attach(manager);
      this.camera = cameras(manager, List.of(camera));
      volume = kernel.callOne(manager, "encode", this.picture, this.camera);
    }

    TrainedPrior model() {
      return TrainedPrior.this;
    }

    @Override
    public int resolution() {
      return config.resolution();
    }

    @Override
    public NDArray denoise(
        NDManager scope,
        NDArray z,
        int[] timesteps,
        List<OrbitCamera> targets,
        double guidanceScale) {
      Shapes.require(z, "z", targets.size(), 4, config.resolution(), config.resolution());
      targets.forEach(TrainedPrior.this::requireFov);
      try (NDManager call = scope.newSubManager()) {
        NDArray clean =
            kernel.callOne(
                call,
                "denoise",
                List.of(
                    Argument.of(z),
                    Argument.of(times(call, timesteps)),
                    Argument.of(signals(call, timesteps)),
                    Argument.of(picture),
                    Argument.of(camera),
                    Argument.of(cameras(call, targets)),
                    Argument.of(volume),
                    Argument.of(guidanceScale)));
        clean.attach(scope);
        return clean;
      }
    }

    @Override
    public void close() {
      manager.close();
    }
  }
}
