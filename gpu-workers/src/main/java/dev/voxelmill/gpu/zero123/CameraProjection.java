package dev.voxelmill.gpu.zero123;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.Argument;
import dev.voxelmill.gpu.engine.Shapes;
import dev.voxelmill.gpu.nn.diffusers.UNetConfig;
import dev.voxelmill.gpu.nn.folder.ConfigFile;
import dev.voxelmill.gpu.nn.folder.ModelFolderException;
import dev.voxelmill.gpu.nn.folder.Network;
import dev.voxelmill.gpu.nn.folder.WeightFolder;
import dev.voxelmill.gpu.nn.script.ParameterShapes;
import dev.voxelmill.gpu.nn.script.Precision;
import dev.voxelmill.gpu.nn.script.PrintedNetwork;
import dev.voxelmill.gpu.nn.script.ScriptClass;
import dev.voxelmill.gpu.nn.script.ScriptLibrary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The linear layer that makes a picture's place among texts and a relative pose into the one token
 * that the UNet attends to. Folders call it {@code cc_projection} with keys {@code projection.*},
 * or {@code clip_camera_projection} with keys {@code proj.*}.
 */
public final class CameraProjection implements AutoCloseable {
  /** Numbers of {@link RelativePose#vector}. */
  public static final int POSE = 4;

  private static final List<String> FOLDERS = List.of("cc_projection", "clip_camera_projection");
  private static final String LAYER = "projection";
  private static final String OTHER_NAME = "proj.";

  private static final String CONFIG = "config.json";

  private final Network network;
  private final long places;

  private CameraProjection(Network network) {
    this.network = network;
    places = network.printed().parameters().get(LAYER + ".weight").get(1) - POSE;
  }

  /** Loads the layer of a pipeline's folder. */
  static CameraProjection load(NDManager owner, Path pipeline, Precision precision) {
    Path folder =
        FOLDERS.stream()
            .map(pipeline::resolve)
            .filter(Files::isDirectory)
            .findFirst()
            .orElseThrow(
                () ->
                    new ModelFolderException(
                        pipeline,
                        "camera projection",
                        "missing",
                        "a folder of " + FOLDERS,
                        "point to a complete folder of Zero-1-to-3"));
    return ofFolder(owner, folder, precision);
  }

  /** Loads the layer's own folder. */
  public static CameraProjection ofFolder(NDManager owner, Path folder, Precision precision) {
    PrintedNetwork printed = print(folder, precision);
    WeightFolder weights = WeightFolder.open(folder, WeightFolder.DIFFUSERS);
    return new CameraProjection(
        Network.load(owner, printed, weights, CameraProjection::presentName));
  }

  /** What a stored tensor is called here. */
  public static String presentName(String stored) {
    return stored.startsWith(OTHER_NAME)
        ? LAYER + "." + stored.substring(OTHER_NAME.length())
        : stored;
  }

  /** Prints the layer of a folder; its sizes are those of the networks in the folders beside it. */
  public static PrintedNetwork print(Path folder, Precision precision) {
    long places =
        ConfigFile.read(folder.resolveSibling("image_encoder").resolve(CONFIG))
            .count("projection_dim");
    long tokens = UNetConfig.read(folder.resolveSibling("unet")).contextWidth();
    ScriptClass script =
        new ScriptClass(
            "CameraProjection",
            "Liu et al., \"Zero-1-to-3\" (2023), section 3.2: the posed CLIP embedding.",
            precision,
            false);
    script.use(ScriptLibrary.resource(CameraProjection.class, "projection.torchscript"));
    script
        .method(
            "place (B, %d), camera (B, %d) -> (B, 1, %d)".formatted(places, POSE, tokens),
            "project",
            List.of("place: Tensor", "camera: Tensor"),
            "Tensor")
        .line("return self.token(place, camera)");
    return new PrintedNetwork(
        script.source(), new ParameterShapes().linear(LAYER, places + POSE, tokens).byName());
  }

  /** Numbers P of a picture's place. */
  public long places() {
    return places;
  }

  Network network() {
    return network;
  }

  /** The token of each row, (B, 1, D); place (B, P), camera (B, 4). */
  public NDArray token(NDManager scope, NDArray place, NDArray camera) {
    Shapes.require(place, "place", -1, places);
    Shapes.require(camera, "camera", place.getShape().get(0), POSE);
    return network.callOne(scope, "project", List.of(Argument.of(place), Argument.of(camera)));
  }

  @Override
  public void close() {
    network.close();
  }
}
