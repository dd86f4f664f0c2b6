package dev.voxelmill.gpu.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.engine.SafeTensors;
import dev.voxelmill.gpu.engine.SafeTensorsWriter;
import dev.voxelmill.gpu.engine.Shapes;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import java.util.ArrayList;
import java.util.List;

/**
 * Pictures of one object and where they were taken from.
 *
 * @param pictures (N, 4, n, n) float32, RGB on white and coverage, each in -1..1
 * @param cameras of the pictures, azimuths in the frame of the input camera's
 */
public record PosedViews(NDArray pictures, List<OrbitCamera> cameras) {
  private static final int NUMBERS = 4;

  public PosedViews {
    cameras = List.copyOf(cameras);
    Shapes.require(pictures, "views", cameras.size(), 4, -1, -1);
  }

  /** Pixels per side n of each. */
  int resolution() {
    return (int) pictures.getShape().get(3);
  }

  /** The views as the tasks after the one that made them read them. */
  public byte[] toBytes(NDManager scope) {
    return write(scope).toBytes();
  }

  SafeTensorsWriter write(NDManager scope) {
    return new SafeTensorsWriter().add("views", pictures).add("cameras", cameras(scope, cameras));
  }

  /** Reads what {@link #toBytes} wrote; further tensors are left alone. */
  public static PosedViews of(NDManager scope, byte[] bytes) {
    try (SafeTensors file = SafeTensors.of("posed views", bytes)) {
      return new PosedViews(file.read(scope, "views"), cameras(file.read(scope, "cameras")));
    }
  }

  /** Azimuth, elevation, radius and field of view of each camera, (N, 4) float64, radians. */
  static NDArray cameras(NDManager scope, List<OrbitCamera> cameras) {
    double[] numbers = new double[NUMBERS * cameras.size()];
    for (int i = 0; i < cameras.size(); i++) {
      OrbitCamera camera = cameras.get(i);
      numbers[NUMBERS * i] = camera.azimuthRad();
      numbers[NUMBERS * i + 1] = camera.elevationRad();
      numbers[NUMBERS * i + 2] = camera.radius();
      numbers[NUMBERS * i + 3] = camera.fovRad();
    }
    return scope.create(numbers, new Shape(cameras.size(), NUMBERS));
  }

  static List<OrbitCamera> cameras(NDArray array) {
    Shapes.require(array, "cameras", -1, NUMBERS);
    double[] numbers = array.toDoubleArray();
    List<OrbitCamera> cameras = new ArrayList<>();
    for (int i = 0; i < numbers.length; i += NUMBERS) {
      cameras.add(new OrbitCamera(numbers[i], numbers[i + 1], numbers[i + 2], numbers[i + 3]));
    }
    return cameras;
  }
}
