package dev.voxelmill.protocols.plan;

import java.util.List;
import java.util.Optional;

/** Every method there is; each has a file of its own with its parameters and its plan. */
public final class Methods {
  /** One picture in, one mesh out, by the shipped prior. */
  public static final Method IMAGE_TO_3D = ImageTo3d.METHOD;

  /** A rehearsal of load and faults. */
  public static final Method SYNTHETIC = Synthetic.METHOD;

  /** One picture in, views from elsewhere out, by Zero-1-to-3. */
  public static final Method ZERO123 = Zero123.METHOD;

  /** One picture in, one mesh out, by Zero-1-to-3. */
  public static final Method ZERO123_3D = Zero123To3d.METHOD;

  /** One picture in, six views on one canvas out, by Zero123++. */
  public static final Method ZERO123PLUS = Zero123Plus.METHOD;

  /** One picture in, one mesh out, from the views of Zero123++. */
  public static final Method ZERO123PLUS_3D = Zero123PlusTo3d.METHOD;

  private static final List<Method> ALL =
      List.of(IMAGE_TO_3D, SYNTHETIC, ZERO123, ZERO123_3D, ZERO123PLUS, ZERO123PLUS_3D);

  private Methods() {}

  /** All methods. */
  public static List<Method> all() {
    return ALL;
  }

  /** The method of that name. */
  public static Optional<Method> named(String name) {
    return ALL.stream().filter(m -> m.name().equals(name)).findFirst();
  }
}
