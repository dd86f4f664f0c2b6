package dev.voxelmill.protocols.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Where views are wanted from, told from the camera of the given picture, as text that a request
 * can carry.
 *
 * <pre>
 *   poses := pose { "," pose }                  1 to 128 of them
 *   pose  := down "/" right "/" radius          such as -20/90/0
 * </pre>
 *
 * @param poses in the order in which they were written
 */
public record ViewOffsets(List<Pose> poses) {
  /** The most views of one job. */
  public static final int MOST = 128;

  /** What the text must be, in words. */
  static final String RULE =
      "1 to "
          + MOST
          + " poses DOWN/RIGHT/RADIUS separated by commas, such as 0/60/0,-20/180/0.1: degrees"
          + " down in -180..180, degrees to the right in -360..360, growth of the radius in -10..10";

  private static final int NUMBERS = 3;

  /**
   * One place to look from, as Zero-1-to-3's user interface counts.
   *
   * @param downDeg how far the camera moves down, which is what its polar angle grows by, degrees
   * @param rightDeg how far it moves to the right, degrees
   * @param radius what its distance grows by
   */
  public record Pose(double downDeg, double rightDeg, double radius) {
    private static final double MOST_DOWN = 180;
    private static final double MOST_RIGHT = 360;
    private static final double MOST_RADIUS = 10;

    private static Optional<Pose> parse(String text) {
      String[] parts = text.split("/", -1);
      if (parts.length != NUMBERS) {
        return Optional.empty();
      }
      double[] numbers = new double[NUMBERS];
      try {
        for (int i = 0; i < NUMBERS; i++) {
          numbers[i] = Double.parseDouble(parts[i].strip()) + 0.0; // -0.0 becomes 0.0
        }
      } catch (NumberFormatException notNumber) {
        return Optional.empty();
      }
      return Math.abs(numbers[0]) <= MOST_DOWN
              && Math.abs(numbers[1]) <= MOST_RIGHT
              && Math.abs(numbers[2]) <= MOST_RADIUS
          ? Optional.of(new Pose(numbers[0], numbers[1], numbers[2]))
          : Optional.empty();
    }

    /** The canonical text. */
    @Override
    public String toString() {
      return downDeg + "/" + rightDeg + "/" + radius;
    }
  }

  public ViewOffsets {
    poses = List.copyOf(poses);
  }

  /** The poses that the text means, or empty when it breaks the rule. */
  public static Optional<ViewOffsets> parse(String text) {
    int count = count(text);
    if (count == 0 || count > MOST) {
      return Optional.empty();
    }
    List<Pose> poses = new ArrayList<>(count);
    for (String part : text.split(",", -1)) {
      Optional<Pose> pose = Pose.parse(part);
      if (pose.isEmpty()) {
        return Optional.empty();
      }
      poses.add(pose.get());
    }
    return Optional.of(new ViewOffsets(poses));
  }

  /** How many poses the text tries to name. */
  static int count(String text) {
    return text.isBlank() ? 0 : 1 + (int) text.chars().filter(c -> c == ',').count();
  }

  /** The canonical text. */
  @Override
  public String toString() {
    return poses.stream().map(Pose::toString).collect(Collectors.joining(","));
  }
}
