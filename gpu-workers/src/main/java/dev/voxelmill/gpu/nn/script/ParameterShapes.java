package dev.voxelmill.gpu.nn.script;

import ai.djl.ndarray.types.Shape;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Names and shapes of a network's parameters, noted layer by layer. */
public final class ParameterShapes {
  private final Map<String, Shape> shapes = new LinkedHashMap<>();

  /** A tensor under exactly this name. */
  public ParameterShapes tensor(String name, long... shape) {
    shapes.put(name, new Shape(shape));
    return this;
  }

  /** A linear layer without bias. */
  public ParameterShapes matrix(String name, long in, long out) {
    return tensor(name + ".weight", out, in);
  }

  public ParameterShapes linear(String name, long in, long out) {
    return matrix(name, in, out).tensor(name + ".bias", out);
  }

  /** A convolution with a square kernel. */
  public ParameterShapes conv(String name, long in, long out, long kernel) {
    return tensor(name + ".weight", out, in, kernel, kernel).tensor(name + ".bias", out);
  }

  /** A group or layer normalisation with weight and bias. */
  public ParameterShapes norm(String name, long channels) {
    return tensor(name + ".weight", channels).tensor(name + ".bias", channels);
  }

  public ParameterShapes embedding(String name, long count, long width) {
    return tensor(name + ".weight", count, width);
  }

  /** In the order in which they were noted. */
  public Map<String, Shape> byName() {
    return Collections.unmodifiableMap(shapes);
  }
}
