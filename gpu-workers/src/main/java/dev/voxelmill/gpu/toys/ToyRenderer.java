package dev.voxelmill.gpu.toys;

import dev.voxelmill.protocols.geometry.OrbitCamera;
import java.util.Arrays;

/**
 * Draws toys by casting rays at their primitives: RGB on white plus coverage, 2x2 samples per
 * pixel, half-Lambert light baked in.
 *
 * <p>Holds the buffers of one image size, so that drawing allocates nothing per ray; one instance
 * serves one thread. Each primitive visits only the rays inside the rectangle that its bounding
 * sphere covers on the picture.
 */
public final class ToyRenderer {
  private static final int SAMPLES = 2;
  private static final float[] LIGHT = unit(0.45, 0.3, 0.84);
  private static final int SHADES = 2048;
  private static final float[] SHADE = shadeTable();

  private final int size;
  private final int side;
  private final float[] distance;
  private final float[] colour; // (side, side, 3)
  private final float[] normal = new float[3];
  private final float[] direction = new float[3];

  /**
   * A renderer of square pictures.
   *
   * @param size pixels per side
   */
  public ToyRenderer(int size) {
    this.size = size;
    side = size * SAMPLES;
    distance = new float[side * side];
    colour = new float[side * side * 3];
  }

  /** Floats of one picture: (4, size, size). */
  public int pictureLength() {
    return 4 * size * size;
  }

  /** The picture (4, size, size), RGB on white and coverage, each in 0..1 on the grid of 8 bits. */
  public float[] render(ToyObject object, OrbitCamera camera) {
    float[] picture = new float[pictureLength()];
    render(object, camera, picture, 0);
    return picture;
  }

  /** As {@link #render(ToyObject, OrbitCamera)}, into {@code out} from {@code offset}. */
  public void render(ToyObject object, OrbitCamera camera, float[] out, int offset) {
    trace(object, camera);
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        float red = 0;
        float green = 0;
        float blue = 0;
        float covered = 0;
        for (int s = 0; s < SAMPLES * SAMPLES; s++) {
          int ray = (y * SAMPLES + s / SAMPLES) * side + x * SAMPLES + s % SAMPLES;
          red += colour[3 * ray];
          green += colour[3 * ray + 1];
          blue += colour[3 * ray + 2];
          covered += distance[ray] < HitTest.MISS ? 1 : 0;
        }
        int pixel = offset + y * size + x;
        out[pixel] = eightBit(red);
        out[pixel + size * size] = eightBit(green);
        out[pixel + 2 * size * size] = eightBit(blue);
        out[pixel + 3 * size * size] = eightBit(covered);
      }
    }
  }

  /**
   * The world points that the camera's rays meet first, (count, 3): what can be seen of the
   * surface.
   */
  public float[] surfacePoints(ToyObject object, OrbitCamera camera) {
    trace(object, camera);
    View view = new View(camera, side);
    float[] points = new float[3 * side * side];
    int count = 0;
    for (int ray = 0; ray < distance.length; ray++) {
      if (distance[ray] < HitTest.MISS) {
        view.direction(ray / side, ray % side, direction);
        for (int i = 0; i < 3; i++) {
          points[3 * count + i] = (float) (view.eye[i] + distance[ray] * direction[i]);
        }
        count++;
      }
    }
    return Arrays.copyOf(points, 3 * count);
  }

  private static float eightBit(float sum) {
    return (int) (sum / (SAMPLES * SAMPLES) * 255 + .5f) / 255f;
  }

  private void trace(ToyObject object, OrbitCamera camera) {
    Arrays.fill(distance, HitTest.MISS);
    Arrays.fill(colour, 1);
    View view = new View(camera, side);
    for (Primitive primitive : object.primitives()) {
      Rectangle rectangle = view.rectangleAround(primitive);
      HitTest hit = new HitTest(primitive, view.eye);
      for (int row = rectangle.top; row < rectangle.bottom; row++) {
        for (int column = rectangle.left; column < rectangle.right; column++) {
          visit(hit, view, row, column);
        }
      }
    }
  }

  private void visit(HitTest hit, View view, int row, int column) {
    view.direction(row, column, direction);
    int ray = row * side + column;
    float t = hit.distance(direction[0], direction[1], direction[2]);
    if (t >= distance[ray]) {
      return;
    }
    distance[ray] = t;
    hit.worldNormal(normal);
    float shade = shade(normal[0] * LIGHT[0] + normal[1] * LIGHT[1] + normal[2] * LIGHT[2]);
    double[] paint = hit.primitive().colour();
    colour[3 * ray] = (float) paint[0] * shade;
    colour[3 * ray + 1] = (float) paint[1] * shade;
    colour[3 * ray + 2] = (float) paint[2] * shade;
  }

  /** 0.30 + 0.70 (0.5 + 0.5 cosine)^1.3, from a table with linear interpolation. */
  private static float shade(float cosine) {
    float position = Math.clamp(.5f + .5f * cosine, 0f, 1f) * SHADES;
    int below = Math.min((int) position, SHADES - 1);
    return SHADE[below] + (SHADE[below + 1] - SHADE[below]) * (position - below);
  }

  private static float[] shadeTable() {
    float[] table = new float[SHADES + 1];
    for (int i = 0; i <= SHADES; i++) {
      table[i] = (float) (0.30 + 0.70 * StrictMath.pow((double) i / SHADES, 1.3));
    }
    return table;
  }

  private static float[] unit(double x, double y, double z) {
    double length = Math.sqrt(x * x + y * y + z * z);
    return new float[] {(float) (x / length), (float) (y / length), (float) (z / length)};
  }

  private record Rectangle(int left, int right, int top, int bottom) {}

  /** A camera reduced to what casting rays needs. */
  private static final class View {
    final double[] eye = new double[3];
    final float[] axes = new float[9]; // rows: world x, y, z; columns: camera x, y, z (back)
    final float focal; // in sample spacings
    private final int side;

    View(OrbitCamera camera, int side) {
      this.side = side;
      double[] cameraToWorld = camera.cameraToWorld();
      for (int i = 0; i < 3; i++) {
        eye[i] = cameraToWorld[4 * i + 3];
        for (int j = 0; j < 3; j++) {
          axes[3 * i + j] = (float) cameraToWorld[4 * i + j];
        }
      }
      focal = (float) (side / 2.0 / Math.tan(camera.fovRad() / 2));
    }

    /** The unit direction of the ray through a sample's centre, into {@code out} (3). */
    void direction(int row, int column, float[] out) {
      float x = (column + .5f - side * .5f) / focal;
      float y = -(row + .5f - side * .5f) / focal;
      float scale = 1 / (float) Math.sqrt(x * x + y * y + 1);
      for (int i = 0; i < 3; i++) {
        out[i] = (axes[3 * i] * x + axes[3 * i + 1] * y - axes[3 * i + 2]) * scale;
      }
    }

    Rectangle rectangleAround(Primitive primitive) {
      double[] local = new double[3];
      for (int j = 0; j < 3; j++) {
        for (int i = 0; i < 3; i++) {
          local[j] += (primitive.centre()[i] - eye[i]) * axes[3 * i + j];
        }
      }
      double depth = -local[2];
      double radius = primitive.boundingRadius() * 1.001;
      if (depth <= radius) {
        return new Rectangle(0, side, 0, side);
      }
      int[] across = interval(local[0], depth, radius);
      int[] down = interval(-local[1], depth, radius);
      return new Rectangle(across[0], across[1], down[0], down[1]);
    }

    /**
     * The samples [from, to) between the two tangents to the bounding circle in one plane through
     * the eye.
     */
    private int[] interval(double offset, double depth, double radius) {
      double direction = Math.atan2(offset, depth);
      double spread = Math.asin(Math.min(1, radius / Math.hypot(offset, depth)));
      double low = Math.max(direction - spread, -1.5);
      double high = Math.min(direction + spread, 1.5);
      int from = (int) Math.floor(Math.tan(low) * focal + side * .5 - .5);
      int to = (int) Math.ceil(Math.tan(high) * focal + side * .5 + .5);
      return new int[] {Math.clamp(from, 0, side), Math.clamp(to, 0, side)};
    }
  }
}
