package dev.voxelmill.gpu.parity;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.fixtures.FixtureTensor;
import dev.voxelmill.gpu.zero123.RelativePose;
import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Relative poses of Zero-1-to-3: between eyes, and as its user interface asks for them. */
final class PoseParity implements CaseKind {

  @Override
  public Answers answer(NDManager scope, Recording recording) {
    FixtureTensor given = recording.input("eye_cond");
    FixtureTensor wanted = recording.input("eye_target");
    FixtureTensor asked = recording.input("gradio_xyz_deg");
    return new Answers()
        .put("T", rows(wanted, i -> numbers(RelativePose.between(row(given, i), row(wanted, i)))))
        .put("spherical_target", rows(wanted, i -> RelativePose.spherical(row(wanted, i))))
        .put(
            "gradio_T",
            rows(
                asked,
                i -> {
                  double[] xyz = row(asked, i);
                  return numbers(RelativePose.ofDegrees(xyz[0], xyz[1], xyz[2]));
                }));
  }

  private static double[] numbers(RelativePose pose) {
    return Answers.doubles(pose.vector());
  }

  private static double[] rows(FixtureTensor table, IntFunction<double[]> row) {
    return IntStream.range(0, table.shape().getFirst())
        .mapToObj(row)
        .flatMapToDouble(Arrays::stream)
        .toArray();
  }

  private static double[] row(FixtureTensor table, int i) {
    return Arrays.copyOfRange(table.doubles(), 3 * i, 3 * i + 3);
  }
}
