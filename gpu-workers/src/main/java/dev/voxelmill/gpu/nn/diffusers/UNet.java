package dev.voxelmill.gpu.nn.diffusers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.engine.Argument;
import dev.voxelmill.gpu.engine.Shapes;
import dev.voxelmill.gpu.nn.folder.Network;
import dev.voxelmill.gpu.nn.folder.WeightFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A UNet2DConditionModel with its weights. */
public final class UNet implements AutoCloseable {
  private final UNetConfig config;
  private final Network network;

  private UNet(UNetConfig config, Network network) {
    this.config = config;
    this.network = network;
  }

  /**
   * What a UNet is asked.
   *
   * @param sample (B, inputs, H, W), as large as a scheduler scales it
   * @param timestep one number for all rows, () or (1), or one for each, (B); may be fractional
   * @param context (B, S, D)
   * @param labels what a class-conditioned network wants: (B) int64, or (B, width)
   * @param mask (B, S), 1 where a token counts; none keeps all
   * @param residuals of a ControlNet: one for each skip and one for the middle, or none
   */
  public record Question(
      NDArray sample,
      NDArray timestep,
      NDArray context,
      Optional<NDArray> labels,
      Optional<NDArray> mask,
      List<NDArray> residuals) {

    public static Question of(NDArray sample, NDArray timestep, NDArray context) {
      return new Question(sample, timestep, context, Optional.empty(), Optional.empty(), List.of());
    }

    public Question withLabels(NDArray value) {
      return new Question(sample, timestep, context, Optional.of(value), mask, residuals);
    }

    public Question withMask(NDArray value) {
      return new Question(sample, timestep, context, labels, Optional.of(value), residuals);
    }

    public Question withResiduals(List<NDArray> values) {
      return new Question(sample, timestep, context, labels, mask, values);
    }
  }

  /** Loads the folder that holds {@code config.json} and the weights. */
  public static UNet load(NDManager owner, Path folder, PrintOptions options) {
    UNetConfig config = UNetConfig.read(folder);
    WeightFolder weights = WeightFolder.open(folder, WeightFolder.DIFFUSERS);
    return new UNet(config, Network.load(owner, UNetPrinter.print(config, options), weights));
  }

  public UNetConfig config() {
    return config;
  }

  public Network network() {
    return network;
  }

  /** The prediction (B, outputs, H, W), float32. */
  public NDArray predict(NDManager scope, Question question) {
    return network.callOne(scope, "predict", arguments(scope, question));
  }

  /**
   * The predictions for several questions in one call, each as {@link #predict(NDManager,
   * Question)} would give up to rounding.
   *
   * @param questions of one height, width and length of context; either all or none with labels,
   *     mask or residuals
   * @return (B, outputs, H, W) of each, float32
   */
  public List<NDArray> predict(NDManager scope, List<Question> questions) {
    try (NDManager call = scope.newSubManager()) {
      JointQuestions joint = new JointQuestions(call, questions);
      return joint.parted(scope, predict(call, joint.joined()));
    }
  }

  /**
   * The prediction of a network that was printed with reference attention.
   *
   * @param reference (B - plain, inputs, h, w), noised to the timestep
   * @param plain how many of the first rows see no reference
   */
  public NDArray predict(NDManager scope, Question question, NDArray reference, int plain) {
    long rows = question.sample().getShape().get(0) - plain;
    Shapes.require(reference, "reference", rows, config.inputs(), -1, -1);
    List<Argument> arguments = arguments(scope, question);
    arguments.add(Argument.of(reference));
    arguments.add(Argument.of(plain));
    return network.callOne(scope, "predict_with_reference", arguments);
  }

  /**
   * The predictions for several questions with a reference each in one call: one pass over all
   * references, then one over all samples, as rows see only their own reference.
   *
   * @param questions as {@link #predict(NDManager, List)} takes them
   * @param references one for each question, of its rows, (B, inputs, h, w), all of one height and
   *     width
   * @return (B, outputs, H, W) of each, float32
   */
  public List<NDArray> predict(
      NDManager scope, List<Question> questions, List<NDArray> references) {
    try (NDManager call = scope.newSubManager()) {
      JointQuestions joint = new JointQuestions(call, questions);
      return joint.parted(
          scope, predict(call, joint.joined(), joint.joinedReferences(references), 0));
    }
  }

  @Override
  public void close() {
    network.close();
  }

  private List<Argument> arguments(NDManager scope, Question question) {
    NDArray sample = question.sample();
    Shapes.require(sample, "sample", -1, config.inputs(), -1, -1);
    long rows = sample.getShape().get(0);
    Shapes.require(question.context(), "context", rows, -1, config.contextWidth());
    List<Argument> arguments = new ArrayList<>();
    arguments.add(Argument.of(sample));
    arguments.add(Argument.of(question.timestep()));
    arguments.add(Argument.of(question.context()));
    if (config.time().takesLabels() != question.labels().isPresent()) {
      throw new IllegalArgumentException(
          "labels: %s (expected: %s)"
              .formatted(
                  question.labels().isPresent() ? "given" : "none",
                  config.time().takesLabels() ? "those of the network" : "none"));
    }
    question.labels().ifPresent(labels -> arguments.add(Argument.of(labels)));
    NDArray everything = scope.create(new Shape(0), DataType.FLOAT32);
    arguments.add(Argument.of(question.mask().orElse(everything)));
    arguments.add(Argument.of(question.residuals()));
    return arguments;
  }
}
