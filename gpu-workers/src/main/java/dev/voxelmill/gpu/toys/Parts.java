package dev.voxelmill.gpu.toys;

import dev.voxelmill.gpu.toys.Primitive.Shape;
import java.util.ArrayList;
import java.util.List;

/** The parts of a toy under construction, with the vocabulary that the families are written in. */
final class Parts {
  private static final double[] UPRIGHT = {1, 0, 0, 0, 1, 0, 0, 0, 1};

  private final List<Primitive> primitives = new ArrayList<>();

  Parts add(Shape shape, double[] centre, double[] scale, double[] colour) {
    return add(shape, centre, scale, colour, UPRIGHT);
  }

  Parts add(Shape shape, double[] centre, double[] scale, double[] colour, double[] rotation) {
    primitives.add(new Primitive(shape, centre, scale, colour, rotation, 0));
    return this;
  }

  Parts addTorus(double[] centre, double ring, double[] colour, double[] rotation, double tube) {
    primitives.add(
        new Primitive(Shape.TORUS, centre, vec(ring, ring, ring), colour, rotation, tube));
    return this;
  }

  /**
   * The parts moved and scaled together into the box of +-0.6, colours kept off pure black and
   * white.
   */
  List<Primitive> normalised() {
    double[] low = {1e9, 1e9, 1e9};
    double[] high = {-1e9, -1e9, -1e9};
    for (Primitive part : primitives) {
      double[] extents = part.halfExtents();
      for (int i = 0; i < 3; i++) {
        low[i] = Math.min(low[i], part.centre()[i] - extents[i]);
        high[i] = Math.max(high[i], part.centre()[i] + extents[i]);
      }
    }
    double diagonal = 0;
    double longest = 0;
    for (int i = 0; i < 3; i++) {
      diagonal += (high[i] - low[i]) * (high[i] - low[i]);
      longest = Math.max(longest, (high[i] - low[i]) / 2);
    }
    // 1.12: the corners of the bounding box are rarely filled
    double factor = Math.min(0.60 / (Math.sqrt(diagonal) / 2) * 1.12, 0.60 / longest);
    return primitives.stream().map(part -> moved(part, low, high, factor)).toList();
  }

  private static Primitive moved(Primitive part, double[] low, double[] high, double factor) {
    double[] centre = new double[3];
    double[] colour = new double[3];
    for (int i = 0; i < 3; i++) {
      centre[i] = (part.centre()[i] - (low[i] + high[i]) / 2) * factor;
      colour[i] = Math.clamp(part.colour()[i], .06, .97);
    }
    return part.with(centre, times(part.scale(), factor), colour);
  }

  static double[] vec(double x, double y, double z) {
    return new double[] {x, y, z};
  }

  static double[] times(double[] vector, double factor) {
    return vec(vector[0] * factor, vector[1] * factor, vector[2] * factor);
  }

  /** A saturated colour of random hue whose brightness is in [darkest, brightest). */
  static double[] randomColour(NumpyGenerator random, double darkest, double brightest) {
    double hue = random.random();
    double saturation = random.uniform(0.45, 1.0);
    return hsv(hue, saturation, random.uniform(darkest, brightest));
  }

  static double[] randomColour(NumpyGenerator random) {
    return randomColour(random, 0.45, 0.95);
  }

  /** HSV to RGB, all in 0..1, by the six sectors of the hue circle. */
  static double[] hsv(double hue, double saturation, double value) {
    if (saturation == 0) {
      return vec(value, value, value);
    }
    int sector = (int) (hue * 6);
    double fraction = hue * 6 - sector;
    double p = value * (1 - saturation);
    double q = value * (1 - saturation * fraction);
    double t = value * (1 - saturation * (1 - fraction));
    return switch (sector % 6) {
      case 0 -> vec(value, t, p);
      case 1 -> vec(q, value, p);
      case 2 -> vec(p, value, t);
      case 3 -> vec(p, q, value);
      case 4 -> vec(t, p, value);
      default -> vec(value, p, q);
    };
  }

  static double[] aboutX(double deg) {
    double c = Math.cos(Math.toRadians(deg));
    double s = Math.sin(Math.toRadians(deg));
    return new double[] {1, 0, 0, 0, c, -s, 0, s, c};
  }

  static double[] aboutY(double deg) {
    double c = Math.cos(Math.toRadians(deg));
    double s = Math.sin(Math.toRadians(deg));
    return new double[] {c, 0, s, 0, 1, 0, -s, 0, c};
  }

  static double[] aboutZ(double deg) {
    double c = Math.cos(Math.toRadians(deg));
    double s = Math.sin(Math.toRadians(deg));
    return new double[] {c, -s, 0, s, c, 0, 0, 0, 1};
  }
}
