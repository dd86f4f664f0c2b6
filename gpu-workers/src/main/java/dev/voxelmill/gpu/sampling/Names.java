package dev.voxelmill.gpu.sampling;

/** The tensors that every plan speaks of. */
final class Names {
  /** The noisy sample. */
  static final String SAMPLE = "sample";

  /** What the network answered. */
  static final String OUTPUT = "output";

  /** Fresh standard normals. */
  static final String NOISE = "noise";

  /** The clean sample as predicted at this call. */
  static final String CLEAN = "clean";

  private Names() {}

  /** A tensor as it was a number of calls ago. */
  static String ago(String name, int calls) {
    return calls == 0 ? name : name + "." + calls;
  }
}
