package dev.voxelmill.gpu.tiling;

import ai.djl.ndarray.NDArray;
import dev.voxelmill.gpu.engine.Shapes;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The canvas of Zero123++: six views in three rows of two, row-major, top left first. Azimuths are
 * relative to the input view, elevations absolute (SUDO-AI-3D/zero123plus at 7d0315c, README).
 */
public final class ViewCanvas {
  /** Views on one canvas. */
  public static final int VIEWS = 6;

  private static final int ROWS = 3;
  private static final int COLUMNS = 2;

  /** Which elevations and which field of view the six views have. */
  public enum Edition {
    /** 30 and -20 degrees in turn; 35 mm behind 32 mm (the authors, issue 68). */
    V1_1("v1.1", 30, -20, 2 * StrictMath.toDegrees(StrictMath.atan(16.0 / 35))),
    /** 20 and -10 degrees in turn. */
    V1_2("v1.2", 20, -10, 30);

    private final String word;
    private final double evenDeg;
    private final double oddDeg;
    private final double fovDeg;

    Edition(String word, double evenDeg, double oddDeg, double fovDeg) {
      this.word = word;
      this.evenDeg = evenDeg;
      this.oddDeg = oddDeg;
      this.fovDeg = fovDeg;
    }

    /** The edition that a request calls {@code v1.1} or {@code v1.2}. */
    public static Edition of(String word) {
      return Arrays.stream(values())
          .filter(edition -> edition.word.equals(word))
          .findFirst()
          .orElseThrow(
              () -> new IllegalArgumentException("edition: " + word + " (expected: v1.1 or v1.2)"));
    }

    /** Horizontal field of view of every view, radians. */
    public double fovRad() {
      return StrictMath.toRadians(fovDeg);
    }
  }

  private ViewCanvas() {}

  /** The cameras of the six views, azimuths 30, 90, ... 330 degrees from the input camera's. */
  public static List<OrbitCamera> cameras(
      Edition edition, double inputAzimuthRad, double radius, double fovRad) {
    List<OrbitCamera> cameras = new ArrayList<>(VIEWS);
    for (int view = 0; view < VIEWS; view++) {
      double azimuthRad = inputAzimuthRad + StrictMath.toRadians(30 + 60.0 * view);
      double elevationDeg = view % 2 == 0 ? edition.evenDeg : edition.oddDeg;
      cameras.add(new OrbitCamera(azimuthRad, StrictMath.toRadians(elevationDeg), radius, fovRad));
    }
    return cameras;
  }

  /**
   * The cameras of an edition that sees as much of the object's plane as another camera does. The
   * model knows no distance; this one keeps the object's size.
   *
   * @param input the camera of the picture that the views are of; azimuths count from its own
   */
  public static List<OrbitCamera> cameras(Edition edition, OrbitCamera input) {
    double radius =
        input.radius() * StrictMath.tan(input.fovRad() / 2) / StrictMath.tan(edition.fovRad() / 2);
    return cameras(edition, input.azimuthRad(), radius, edition.fovRad());
  }

  /** Lays pictures (6 N, C, h, w) out as canvases (N, C, 3 h, 2 w), six after six. */
  public static NDArray tile(NDArray views) {
    long count = views.getShape().get(0);
    Shapes.require(views, "views", count, -1, -1, -1);
    if (count == 0 || count % VIEWS != 0) {
      throw new IllegalArgumentException(
          "views: " + count + " (expected: a multiple of " + VIEWS + ")");
    }
    long channels = views.getShape().get(1);
    long height = views.getShape().get(2);
    long width = views.getShape().get(3);
    return views
        .reshape(count / VIEWS, ROWS, COLUMNS, channels, height, width)
        .transpose(0, 3, 1, 4, 2, 5)
        .reshape(count / VIEWS, channels, ROWS * height, COLUMNS * width);
  }

  /** Cuts canvases (N, C, 3 h, 2 w) into their pictures (6 N, C, h, w). */
  public static NDArray untile(NDArray canvases) {
    Shapes.require(canvases, "canvases", -1, -1, -1, -1);
    long count = canvases.getShape().get(0);
    long channels = canvases.getShape().get(1);
    long rows = canvases.getShape().get(2);
    long columns = canvases.getShape().get(3);
    if (rows % ROWS != 0 || columns % COLUMNS != 0) {
      throw new IllegalArgumentException(
          "canvas: %d x %d pixels (expected: rows in threes, columns in twos)"
              .formatted(rows, columns));
    }
    return canvases
        .reshape(count, channels, ROWS, rows / ROWS, COLUMNS, columns / COLUMNS)
        .transpose(0, 2, 4, 1, 3, 5)
        .reshape(count * VIEWS, channels, rows / ROWS, columns / COLUMNS);
  }
}
