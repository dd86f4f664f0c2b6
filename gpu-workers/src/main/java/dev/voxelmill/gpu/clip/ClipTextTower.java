package dev.voxelmill.gpu.clip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.Argument;
import dev.voxelmill.gpu.engine.Shapes;
import dev.voxelmill.gpu.nn.folder.ConfigFile;
import dev.voxelmill.gpu.nn.folder.Network;
import dev.voxelmill.gpu.nn.folder.WeightFolder;
import dev.voxelmill.gpu.nn.script.ParameterShapes;
import dev.voxelmill.gpu.nn.script.Precision;
import dev.voxelmill.gpu.nn.script.PrintedNetwork;
import dev.voxelmill.gpu.nn.script.ScriptClass;
import dev.voxelmill.gpu.nn.script.ScriptMethod;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * CLIP's text tower as transformers stores it ({@code CLIPTextModel}, with or without projection):
 * token numbers to one vector per token. Stable Diffusion conditions on the vectors of all tokens.
 */
public final class ClipTextTower implements AutoCloseable {
  private static final String MODEL = "text_model";
  private static final String PROJECTION = "text_projection";

  private final Network network;
  private final int layers;
  private final int longest;
  private final boolean projects;

  private ClipTextTower(Network network, int layers, int longest, boolean projects) {
    this.network = network;
    this.layers = layers;
    this.longest = longest;
    this.projects = projects;
  }

  /**
   * Loads the tower of a folder, such as {@code text_encoder}.
   *
   * @param traced whether intermediate tensors are kept, see {@link #shown}
   */
  public static ClipTextTower load(
      NDManager owner, Path folder, Precision precision, boolean traced) {
    ConfigFile config = ConfigFile.read(folder.resolve("config.json"));
    WeightFolder weights = WeightFolder.open(folder, WeightFolder.TRANSFORMERS);
    boolean projects = weights.entries().containsKey(PROJECTION + ".weight");
    PrintedNetwork printed = print(config, projects, precision, traced);
    return new ClipTextTower(
        Network.load(owner, printed, weights),
        shape(config).layers(),
        config.count("max_position_embeddings", 77),
        projects);
  }

  private static TowerShape shape(ConfigFile config) {
    return TowerShape.read(config, 512, 2048, 8);
  }

  /**
   * Prints the tower that a {@code config.json} describes.
   *
   * @param projects whether the last vector is projected into the space shared with pictures
   */
  public static PrintedNetwork print(
      ConfigFile config, boolean projects, Precision precision, boolean traced) {
    TowerShape shape = shape(config);
    ScriptClass tower =
        shape.begin("ClipTextTower", "CLIP's text tower, " + config.file(), precision, traced);
    stack(tower, shape);
    tower
        .method(
            "The vector that stands for the whole text; x (B, T, C), numbers (B, T) -> (B, C).",
            "pooled",
            List.of("x: Tensor", "numbers: Tensor"),
            "Tensor")
        .line("return self.end_of_text(x, numbers)");
    ParameterShapes parameters = new ParameterShapes();
    parameters
        .embedding(
            MODEL + ".embeddings.token_embedding", config.count("vocab_size", 49408), shape.width())
        .embedding(
            MODEL + ".embeddings.position_embedding",
            config.count("max_position_embeddings", 77),
            shape.width());
    shape.layerParameters(MODEL, parameters);
    parameters.norm(MODEL + ".final_layer_norm", shape.width());
    if (projects) {
      tower
          .method(
              "The place of a text among pictures; x (B, C) -> (B, P).",
              "projected",
              List.of("x: Tensor"),
              "Tensor")
          .line("return self.leaving(self.matrix(self.entering(x), \"%s\"))".formatted(PROJECTION));
      parameters.matrix(PROJECTION, shape.width(), shape.projected());
    }
    return new PrintedNetwork(tower.source(), parameters.byName());
  }

  /** What a text of full length takes while it is encoded, in bytes of float32, as an estimate. */
  public static long workingBytes(ConfigFile config) {
    return shape(config).workingBytes(config.count("max_position_embeddings", 77));
  }

  private static void stack(ScriptClass tower, TowerShape shape) {
    ScriptMethod encode =
        tower.method(
            "The first layers of the tower, as many as depth says, then the last normalisation.\n"
                + "numbers (B, T) int64, bias (1 or B, 1, T, T) -> (B, T, C) float32.",
            "stack",
            List.of("numbers: Tensor", "bias: Tensor", "depth: int"),
            "Tensor");
    encode.line("x = self.embedded(numbers)").seen("hidden_states.0", "x");
    for (int layer = 0; layer < shape.layers(); layer++) {
      String call = shape.layerCall(MODEL, layer, "bias");
      encode.block("if torch.gt(depth, %d):".formatted(layer), () -> encode.line(call));
      encode.seen("hidden_states." + (layer + 1), "x");
    }
    encode.line(
        "return self.leaving(self.layer_norm(x, \"%s.final_layer_norm\", %s))"
            .formatted(MODEL, Double.toString(shape.epsilon())));
    tower
        .method(
            "Every token sees those before it.",
            "encode",
            List.of("numbers: Tensor", "depth: int"),
            "Tensor")
        .line("return self.stack(numbers, self.causal(numbers), depth)");
    tower
        .method(
            "The same without the tokens of which mask (B, T) int64 is zero.",
            "encode_masked",
            List.of("numbers: Tensor", "mask: Tensor", "depth: int"),
            "Tensor")
        .line("return self.stack(numbers, self.causal_masked(numbers, mask), depth)");
  }

  /**
   * The vectors of all tokens, (B, T, C) float32.
   *
   * @param numbers (B, T) int64, T at most what the tower has positions for
   */
  public NDArray encode(NDManager scope, NDArray numbers) {
    return encodeSkipping(scope, numbers, 0);
  }

  /** The same without the last layers, whose number is often called clip skip. */
  public NDArray encodeSkipping(NDManager scope, NDArray numbers, int skipped) {
    if (skipped < 0 || skipped >= layers) {
      throw new IllegalArgumentException(
          "skipped: " + skipped + " (expected: in 0.." + (layers - 1) + ")");
    }
    requireFitting(numbers);
    return network.callOne(
        scope, "encode", List.of(Argument.of(numbers), Argument.of((long) layers - skipped)));
  }

  /** The vectors if the tokens of which mask (B, T) int64 is zero are not looked at. */
  public NDArray encodeMasked(NDManager scope, NDArray numbers, NDArray mask) {
    requireFitting(numbers);
    Shapes.require(mask, "mask", numbers.getShape().getShape());
    return network.callOne(
        scope,
        "encode_masked",
        List.of(Argument.of(numbers), Argument.of(mask), Argument.of((long) layers)));
  }

  private void requireFitting(NDArray numbers) {
    Shapes.require(numbers, "numbers", -1, -1);
    if (numbers.getShape().get(1) > longest) {
      throw new IllegalArgumentException(
          "numbers: %d tokens (expected: at most %d; fix: cut the text)"
              .formatted(numbers.getShape().get(1), longest));
    }
  }

  /** The vector that stands for each text, (B, C), from all its vectors. */
  public NDArray pooled(NDManager scope, NDArray encoded, NDArray numbers) {
    return network.callOne(scope, "pooled", List.of(Argument.of(encoded), Argument.of(numbers)));
  }

  /** The place of each text among pictures, (B, P); empty when the folder has no projection. */
  public Optional<NDArray> projected(NDManager scope, NDArray pooled) {
    return projects
        ? Optional.of(network.callOne(scope, "projected", List.of(Argument.of(pooled))))
        : Optional.empty();
  }

  /** Reads all weights now rather than at the first call. */
  public void settle(NDManager scope) {
    network.settle(scope);
  }

  /** An intermediate tensor of a traced tower, such as {@code hidden_states.1}. */
  public NDArray shown(NDManager scope, String name) {
    return network.shown(scope, name);
  }

  @Override
  public void close() {
    network.close();
  }
}
