package dev.voxelmill.gpu.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.voxelmill.gpu.engine.Dtypes;
import dev.voxelmill.gpu.engine.SafeTensors;
import dev.voxelmill.gpu.engine.SafeTensorsWriter;
import dev.voxelmill.gpu.nn.PriorConfig;
import java.nio.file.Path;

/**
 * Turns a training state into the file that is shipped: the averaged weights as float16, with the
 * network's sizes.
 */
public final class PriorExport {
  private static final String AVERAGE = "average/";

  private PriorExport() {}

  /**
   * Writes the weights that a state has reached; needs a device thread.
   *
   * @param directory of a training run
   */
  public static void write(NDManager owner, Path directory, PriorConfig config, Path out) {
    SafeTensorsWriter writer = new SafeTensorsWriter();
    config.metadata().forEach(writer::metadata);
    try (SafeTensors state = SafeTensors.open(TrainingRun.stateFile(directory));
        NDManager scope = owner.newSubManager()) {
      writer.metadata("steps", state.metadata().get(PriorTrainer.NEXT_STEP));
      for (String name : config.weightShapes().keySet()) {
        NDArray average = state.read(scope, AVERAGE + name);
        writer.add(name, Dtypes.convert(average, DataType.FLOAT16));
      }
    }
    writer.writeTo(out);
  }
}
