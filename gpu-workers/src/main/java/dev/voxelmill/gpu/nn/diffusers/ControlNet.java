package dev.voxelmill.gpu.nn.diffusers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.Argument;
import dev.voxelmill.gpu.engine.Shapes;
import dev.voxelmill.gpu.nn.folder.Network;
import dev.voxelmill.gpu.nn.folder.WeightFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A ControlNetModel with its weights. */
public final class ControlNet implements AutoCloseable {
  private final ControlNetConfig config;
  private final Network network;

  private ControlNet(ControlNetConfig config, Network network) {
    this.config = config;
    this.network = network;
  }

  /** Loads the folder that holds {@code config.json} and the weights. */
  public static ControlNet load(NDManager owner, Path folder, PrintOptions options) {
    ControlNetConfig config = ControlNetConfig.read(folder);
    WeightFolder weights = WeightFolder.open(folder, WeightFolder.DIFFUSERS);
    return new ControlNet(
        config, Network.load(owner, ControlNetPrinter.print(config, options), weights));
  }

  public ControlNetConfig config() {
    return config;
  }

  /**
   * What the UNet is to add: one residual for each skip and one for the middle.
   *
   * @param question what the UNet is asked; its mask and residuals do not matter
   * @param hint the controlling picture, (1 or B, hints, H, W)
   * @param scale of every residual
   */
  public List<NDArray> residuals(
      NDManager scope, UNet.Question question, NDArray hint, double scale) {
    Shapes.require(question.sample(), "sample", -1, config.inputs(), -1, -1);
    long rows = question.sample().getShape().get(2) * config.reduction();
    long columns = question.sample().getShape().get(3) * config.reduction();
    Shapes.require(hint, "hint", -1, config.hints(), rows, columns);
    List<Argument> arguments = new ArrayList<>();
    arguments.add(Argument.of(question.sample()));
    arguments.add(Argument.of(question.timestep()));
    arguments.add(Argument.of(question.context()));
    question.labels().ifPresent(value -> arguments.add(Argument.of(value)));
    arguments.add(Argument.of(hint));
    arguments.add(Argument.of(scale));
    NDList residuals = network.call(scope, "residuals", arguments);
    return new ArrayList<>(residuals);
  }

  /** Reads all weights now rather than at the first call. */
  public void settle(NDManager scope) {
    network.settle(scope);
  }

  @Override
  public void close() {
    network.close();
  }
}
