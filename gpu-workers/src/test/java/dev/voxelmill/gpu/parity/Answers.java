package dev.voxelmill.gpu.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import dev.voxelmill.gpu.fixtures.FixtureTensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** What this system answers for a case, by the names of the recorded tensors. */
final class Answers {
  private final Map<String, double[]> values = new LinkedHashMap<>();

  Answers put(String name, double... value) {
    values.put(name, value);
    return this;
  }

  Answers put(String name, NDArray array) {
    return put(name, array, 1);
  }

  /** The array times a factor; integers are read exactly. */
  Answers put(String name, NDArray array, double factor) {
    double[] read =
        array.getDataType() == DataType.INT64
            ? Arrays.stream(array.toLongArray()).asDoubleStream().toArray()
            : doubles(array.toFloatArray());
    for (int i = 0; i < read.length; i++) {
      read[i] *= factor;
    }
    return put(name, read);
  }

  /** Of two answers to one question, the one that is farther from what was recorded. */
  void putFarther(String name, double[] value, Map<String, FixtureTensor> expected) {
    double[] other = values.get(name);
    FixtureTensor recorded = expected.get(name);
    if (other == null
        || (recorded != null
            && !(distance(value, recorded.doubles()) <= distance(other, recorded.doubles())))) {
      put(name, value);
    }
  }

  private static double distance(double[] one, double[] other) {
    double largest = one.length == other.length ? 0 : Double.NaN;
    for (int i = 0; i < one.length && !Double.isNaN(largest); i++) {
      largest = Math.max(largest, Math.abs(one[i] - other[i]));
    }
    return largest;
  }

  Map<String, double[]> values() {
    return values;
  }

  static double[] doubles(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }
}
