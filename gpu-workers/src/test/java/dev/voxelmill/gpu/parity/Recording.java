package dev.voxelmill.gpu.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import dev.voxelmill.gpu.field.UpAxis;
import dev.voxelmill.gpu.fixtures.FixtureCase;
import dev.voxelmill.gpu.fixtures.FixtureTensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.regex.Pattern;

/**
 * One case with its tensors read.
 *
 * @param kind the name of its kind, as {@link CaseKinds} knows it
 * @param inputs empty where the case has none
 * @param expected empty where the case keeps its answers elsewhere
 */
record Recording(
    FixtureCase one,
    String kind,
    Map<String, FixtureTensor> inputs,
    Map<String, FixtureTensor> expected) {

  private static final Pattern FOLDERS = Pattern.compile(";");

  /** The two programs that optimise fields; each is a group of cases. */
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

  static Recording of(FixtureCase one) {
    return new Recording(
        one,
        CaseKinds.of(one.name()),
        one.tensors("inputs.safetensors"),
        one.tensors("expected.safetensors"));
  }

  /** The program that was recorded, of a case that optimises or renders a field. */
  Source source() {
    return Arrays.stream(Source.values())
        .filter(source -> one.name().startsWith(source.group + "_"))
        .findFirst()
        .orElseThrow();
  }

  /** A folder beside or below the case: the model that was run. */
  Path folder(String name) {
    return one.directory().resolve(name);
  }

  /**
   * The folders that {@code model_folder} names, from the folder in which the cases lie: names
   * between semicolons, each with a remark in brackets or without.
   */
  List<Path> modelFolders() {
    Path cases = one.directory();
    for (int depth = Path.of(one.name()).getNameCount(); depth > 0; depth--) {
      cases = cases.getParent();
    }
    return FOLDERS
        .splitAsStream(one.description().path("model_folder").asText())
        .map(name -> name.replaceAll("\\(.*\\)", "").strip())
        .map(cases::resolve)
        .toList();
  }

  Tolerance tolerance() {
    return Tolerance.parse(one.description().path("tolerance").asText());
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
    return scope.create(tensor.floats(), shape(tensor));
  }

  /** An input of integers as an int64 array of its own shape. */
  NDArray whole(NDManager scope, String name) {
    FixtureTensor tensor = input(name);
    return scope.create(tensor.longs(), shape(tensor));
  }

  private static Shape shape(FixtureTensor tensor) {
    return new Shape(tensor.shape().stream().mapToLong(Integer::longValue).toArray());
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
