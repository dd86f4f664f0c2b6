package dev.voxelmill.gpu.toys;

import java.util.List;

/**
 * One procedural toy: a union of coloured primitives inside the box of +-0.6, world +Z up.
 *
 * @param seed what it was drawn from
 * @param family which family it belongs to
 * @param primitives its parts
 */
public record ToyObject(long seed, ToyFamily family, List<Primitive> primitives) {

  /** The object that a seed names within a family. */
  public static ToyObject of(long seed, ToyFamily family) {
    return new ToyObject(seed, family, family.build(new NumpyGenerator(seed)).normalised());
  }

  /** Whether a world point lies inside the object. */
  public boolean contains(double x, double y, double z) {
    for (Primitive primitive : primitives) {
      if (primitive.contains(x, y, z)) {
        return true;
      }
    }
    return false;
  }
}
