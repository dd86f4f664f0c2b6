package dev.voxelmill.gpu.engine;

import java.util.List;
import java.util.Map;

/** A kernel of small methods, each the witness of one claim about calls. */
final class Traps {
  static final KernelSource SOURCE =
      KernelSource.resource(Traps.class, "traps.torchscript", "Traps")
          .with(
              Map.of(
                  "w",
                  Map.of(),
                  "p",
                  List.of(),
                  "widths",
                  new long[] {-3, 1L << 40},
                  "scales",
                  new double[] {0.1},
                  "gain",
                  0.5,
                  "count",
                  7,
                  "label",
                  "grün"));

  private Traps() {}
}
