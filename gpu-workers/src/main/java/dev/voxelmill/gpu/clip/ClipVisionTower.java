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

/**
 * CLIP's vision tower as transformers stores it ({@code CLIPVisionModelWithProjection}), of OpenAI
 * or OpenCLIP: normalised planes to the picture's place among texts. The file spells one
 * normalisation {@code pre_layrnorm}.
 */
public final class ClipVisionTower implements AutoCloseable {
  private static final String MODEL = "vision_model";
  private static final String PROJECTION = "visual_projection";

  private final Network network;
  private final int side;

  private ClipVisionTower(Network network, int side) {
    this.network = network;
    this.side = side;
  }

  /**
   * Loads the tower of a folder, such as {@code image_encoder}.
   *
   * @param traced whether intermediate tensors are kept, see {@link #shown}
   */
  public static ClipVisionTower load(
      NDManager owner, Path folder, Precision precision, boolean traced) {
    ConfigFile config = ConfigFile.read(folder.resolve("config.json"));
    PrintedNetwork printed = print(config, precision, traced);
    WeightFolder weights = WeightFolder.open(folder, WeightFolder.TRANSFORMERS);
    return new ClipVisionTower(
        Network.load(owner, printed, weights), config.count("image_size", 224));
  }

  /** Prints the tower that a {@code config.json} describes. */
  public static PrintedNetwork print(ConfigFile config, Precision precision, boolean traced) {
    TowerShape shape = shape(config);
    int side = config.count("image_size", 224);
    int patch = config.count("patch_size", 32);
    int channels = config.count("num_channels", 3);
    if (patch > side) {
      throw config.wrong("patch_size", Integer.toString(patch), "at most image_size, " + side);
    }
    ScriptClass tower =
        shape.begin("ClipVisionTower", "CLIP's vision tower, " + config.file(), precision, traced);
    stack(tower, shape, patch);
    tower
        .method(
            "The vector that stands for the whole picture; x (B, T, C) -> (B, C).",
            "pooled",
            List.of("x: Tensor"),
            "Tensor")
        .line("first = torch.select(self.entering(x), 1, 0)")
        .line(
            "return self.leaving(self.layer_norm(first, \"%s.post_layernorm\", %s))"
                .formatted(MODEL, Double.toString(shape.epsilon())));
    tower
        .method(
            "The place of a picture among texts; x (B, C) -> (B, P).",
            "projected",
            List.of("x: Tensor"),
            "Tensor")
        .line("return self.leaving(self.matrix(self.entering(x), \"%s\"))".formatted(PROJECTION));
    long count = tokens(side, patch);
    ParameterShapes parameters = new ParameterShapes();
    parameters
        .tensor(MODEL + ".embeddings.class_embedding", shape.width())
        .tensor(MODEL + ".embeddings.patch_embedding.weight", shape.width(), channels, patch, patch)
        .embedding(MODEL + ".embeddings.position_embedding", count, shape.width())
        .norm(MODEL + ".pre_layrnorm", shape.width());
    shape.layerParameters(MODEL, parameters);
    parameters
        .norm(MODEL + ".post_layernorm", shape.width())
        .matrix(PROJECTION, shape.width(), shape.projected());
    return new PrintedNetwork(tower.source(), parameters.byName());
  }

  /** What a picture takes while it is encoded, in bytes of float32, as an estimate. */
  public static long workingBytes(ConfigFile config) {
    return shape(config)
        .workingBytes(tokens(config.count("image_size", 224), config.count("patch_size", 32)));
  }

  private static TowerShape shape(ConfigFile config) {
    return TowerShape.read(config, 768, 3072, 12);
  }

  /** Patches of a picture, and the class. */
  private static long tokens(int side, int patch) {
    return (long) (side / patch) * (side / patch) + 1;
  }

  private static void stack(ScriptClass tower, TowerShape shape, int patch) {
    ScriptMethod encode =
        tower.method(
            "All layers; pixels (B, channels, n, n) -> (B, 1 + patches, C) float32.",
            "encode",
            List.of("pixels: Tensor"),
            "Tensor");
    encode
        .line("x = self.patches(self.entering(pixels), %d)".formatted(patch))
        .line(
            "x = self.layer_norm(x, \"%s.pre_layrnorm\", %s)"
                .formatted(MODEL, Double.toString(shape.epsilon())))
        .seen("hidden_states.0", "x");
    for (int layer = 0; layer < shape.layers(); layer++) {
      encode.line(shape.layerCall(MODEL, layer, "None")).seen("hidden_states." + (layer + 1), "x");
    }
    encode.line("return self.leaving(x)");
  }

  /** Height and width of the pictures. */
  public int side() {
    return side;
  }

  /** The vectors of a picture's class and patches, (B, 1 + patches, C) float32. */
  public NDArray encode(NDManager scope, NDArray pixels) {
    Shapes.require(pixels, "pixels", -1, -1, side, side);
    return network.callOne(scope, "encode", List.of(Argument.of(pixels)));
  }

  /** The vector that stands for each picture, (B, C), from all its vectors. */
  public NDArray pooled(NDManager scope, NDArray encoded) {
    return network.callOne(scope, "pooled", List.of(Argument.of(encoded)));
  }

  /** The place of each picture among texts, (B, P), not normalised. */
  public NDArray projected(NDManager scope, NDArray pooled) {
    return network.callOne(scope, "projected", List.of(Argument.of(pooled)));
  }

  /** Planes to the place among texts in one go. */
  public NDArray embed(NDManager scope, NDArray pixels) {
    try (NDManager work = scope.newSubManager()) {
      return projected(scope, pooled(work, encode(work, pixels)));
    }
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
