package dev.voxelmill.gpu.nn.script;

import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.engine.KernelSource;
import java.util.Map;

/**
 * A network as text, with the parameters that it needs.
 *
 * @param source the class
 * @param parameters shapes by the names that a checkpoint uses
 */
public record PrintedNetwork(KernelSource source, Map<String, Shape> parameters) {
  /** In which it computes. */
  public Precision precision() {
    return Precision.of((int) source.attributes().get(ScriptClass.DTYPE));
  }

  /** The number of parameters. */
  public long size() {
    return parameters.values().stream().mapToLong(Shape::size).sum();
  }
}
