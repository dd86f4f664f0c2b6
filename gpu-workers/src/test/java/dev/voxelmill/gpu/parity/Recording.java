package dev.voxelmill.gpu.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import dev.voxelmill.gpu.field.UpAxis;
import dev.voxelmill.gpu.fixtures.FixtureCase;
import dev.voxelmill.gpu.fixtures.FixtureTensor;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * One case with its tensors read.
 *
 * @param source which program was recorded
 * @param kind what was recorded, such as {@code losses}
 */
record Recording(
    FixtureCase one,
    Source source,
    String kind,
    Map<String, FixtureTensor> inputs,
    Map<String, FixtureTensor> expected) {

  /** The two programs; each is a group of cases. */
  enum Source {
    SJC("sjc", UpAxis.Y),
    THREE_D_REC("zero123_3drec", UpAxis.Z);

    final String group;
    final UpAxis up;

    Source(String group, UpAxis up) {
      this.group = group;
      this.up = up;
    }
  }

  static Recording of(Source source, FixtureCase one) {
    String kind = one.name().substring(source.group.length() + 1);
    return new Recording(one, source, kind, one.inputs(), one.expected());
  }

  FixtureTensor input(String name) {
    FixtureTensor tensor = inputs.get(name);
    if (tensor == null) {
      throw new NoSuchElementException(one.name() + ": no input " + name);
    }
    return tensor;
  }

  boolean hasInput(String name) {
    return inputs.containsKey(name);
  }

  /** An input as a float32 array of its own shape. */
  NDArray tensor(NDManager scope, String name) {
    FixtureTensor tensor = input(name);
    long[] shape = tensor.shape().stream().mapToLong(Integer::longValue).toArray();
    return scope.create(tensor.floats(), new Shape(shape));
  }

  /** A setting; it is an error when the case does not state it. */
  JsonNode config(String name) {
    JsonNode node = one.config().get(name);
    if (node == null) {
      throw new NoSuchElementException(one.name() + ": no config " + name);
    }
    return node;
  }

  double real(String name) {
    return config(name).asDouble();
  }

  int whole(String name) {
    return config(name).asInt();
  }

  boolean flag(String name) {
    return config(name).asBoolean();
  }

  /** Part {@code index} of an input whose first dimension counts parts. */
  double[] part(String name, int index) {
    FixtureTensor tensor = input(name);
    int size = tensor.size() / tensor.shape().getFirst();
    double[] part = new double[size];
    System.arraycopy(tensor.doubles(), index * size, part, 0, size);
    return part;
  }
}
