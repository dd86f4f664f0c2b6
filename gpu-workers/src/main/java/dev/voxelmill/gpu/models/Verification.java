package dev.voxelmill.gpu.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.clip.ClipTextTower;
import dev.voxelmill.gpu.clip.ClipVisionTower;
import dev.voxelmill.gpu.engine.SafeTensorsException;
import dev.voxelmill.gpu.nn.diffusers.Autoencoder;
import dev.voxelmill.gpu.nn.diffusers.ControlNet;
import dev.voxelmill.gpu.nn.diffusers.PrintOptions;
import dev.voxelmill.gpu.nn.diffusers.UNet;
import dev.voxelmill.gpu.nn.diffusers.UNetConfig;
import dev.voxelmill.gpu.nn.folder.ModelFolderException;
import dev.voxelmill.gpu.nn.folder.WeightFolder;
import dev.voxelmill.gpu.nn.script.Precision;
import dev.voxelmill.gpu.zero123.CameraProjection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Holds a folder to its hashes, loads each of its networks and runs it once on zeros.
 *
 * @param name of the network's folder; of other files whose hashes are pinned, a word for them
 * @param hashes SHA-256 of its files of weights, by their paths in the folder
 * @param problem what is wrong; empty when nothing is
 */
public record Verification(String name, Map<String, String> hashes, String problem) {
  /** Side of the latents that networks are tried on. */
  private static final int SIDE = 16;

  /** What stands for the name of a network over files that belong to none. */
  private static final String PINNED = "pinned files";

  /**
   * Verifies every network.
   *
   * @param expected hashes of some files or all, by their paths in the folder
   */
  public static List<Verification> of(
      NDManager owner, ModelFolder folder, Map<String, String> expected) {
    List<Verification> all = new ArrayList<>();
    Map<String, String> others = new TreeMap<>(expected);
    for (ModelFolder.Part part : folder.networks()) {
      Verification one = of(owner, folder.folder(), part, expected);
      all.add(one);
      others.keySet().removeAll(one.hashes.keySet());
    }
    if (!others.isEmpty()) {
      all.add(pinned(folder.folder(), others));
    }
    return List.copyOf(all);
  }

  /** Files whose hashes are pinned and that hold no weights. */
  private static Verification pinned(Path folder, Map<String, String> expected) {
    Map<String, String> hashes = new LinkedHashMap<>();
    try {
      expected.forEach(
          (name, wanted) -> {
            hashes.put(name, FileHashes.pinned(folder, name));
            FileHashes.requireExpected(folder.resolve(name), hashes.get(name), wanted);
          });
      return new Verification(PINNED, hashes, "");
    } catch (ModelFolderException e) {
      return new Verification(PINNED, hashes, String.valueOf(e.getMessage()));
    }
  }

  private static Verification of(
      NDManager owner, Path root, ModelFolder.Part part, Map<String, String> expected) {
    Map<String, String> hashes = new LinkedHashMap<>();
    try {
      try (WeightFolder weights = WeightFolder.open(part.folder(), part.kind().stem())) {
        for (String file : weights.files()) {
          Path path = part.folder().resolve(file);
          hashes.put(root.relativize(path).toString(), FileHashes.of(path));
        }
      }
      for (Map.Entry<String, String> hash : hashes.entrySet()) {
        String wanted = expected.getOrDefault(hash.getKey(), hash.getValue());
        FileHashes.requireExpected(root.resolve(hash.getKey()), hash.getValue(), wanted);
      }
      try (NDManager scope = owner.newSubManager()) {
        NDArray answer = dryRun(scope, part);
        if (!answer.isInfinite().logicalOr(answer.isNaN()).any().getBoolean()) {
          return new Verification(part.name(), hashes, "");
        }
        throw new ModelFolderException(
            part.folder(), "answer", "not finite", "finite numbers", "use another checkpoint");
      }
    } catch (ModelFolderException | SafeTensorsException e) {
      return new Verification(part.name(), hashes, String.valueOf(e.getMessage()));
    }
  }

  private static NDArray dryRun(NDManager scope, ModelFolder.Part part) {
    Path folder = part.folder();
    return switch (part.kind()) {
      case UNET -> {
        try (UNet unet = UNet.load(scope, folder, PrintOptions.PLAIN)) {
          yield unet.predict(scope, question(scope, unet.config()));
        }
      }
      case CONTROL_NET -> {
        try (ControlNet network = ControlNet.load(scope, folder, PrintOptions.PLAIN)) {
          int side = SIDE * network.config().reduction();
          NDArray hint = scope.zeros(new Shape(1, network.config().hints(), side, side));
          UNet.Question question =
              UNet.Question.of(
                  scope.zeros(new Shape(1, network.config().inputs(), SIDE, SIDE)),
                  scope.create(0f),
                  scope.zeros(new Shape(1, 1, network.config().contextWidth())));
          yield network.residuals(scope, question, hint, 1).getLast();
        }
      }
      case AUTOENCODER -> {
        try (Autoencoder autoencoder = Autoencoder.load(scope, folder, PrintOptions.PLAIN)) {
          Shape shape = new Shape(1, autoencoder.config().latents(), SIDE, SIDE);
          NDArray picture = autoencoder.decode(scope, scope.zeros(shape));
          yield autoencoder.encode(scope, picture).mean();
        }
      }
      case TEXT_TOWER, PROJECTING_TEXT_TOWER -> {
        try (ClipTextTower tower = ClipTextTower.load(scope, folder, Precision.FLOAT32, false)) {
          yield tower.encode(scope, scope.zeros(new Shape(1, 2), DataType.INT64));
        }
      }
      case CAMERA_PROJECTION -> {
        try (CameraProjection layer = CameraProjection.ofFolder(scope, folder, Precision.FLOAT32)) {
          yield layer.token(
              scope,
              scope.zeros(new Shape(1, layer.places())),
              scope.zeros(new Shape(1, CameraProjection.POSE)));
        }
      }
      case VISION_TOWER -> {
        try (ClipVisionTower tower =
            ClipVisionTower.load(scope, folder, Precision.FLOAT32, false)) {
          yield tower.embed(scope, scope.zeros(new Shape(1, 3, tower.side(), tower.side())));
        }
      }
    };
  }

  private static UNet.Question question(NDManager scope, UNetConfig config) {
    UNet.Question question =
        UNet.Question.of(
            scope.zeros(new Shape(1, config.inputs(), SIDE, SIDE)),
            scope.create(0f),
            scope.zeros(new Shape(1, 1, config.contextWidth())));
    return config
        .labelShape(1)
        .map(
            shape ->
                question.withLabels(
                    scope.zeros(shape, shape.dimension() == 1 ? DataType.INT64 : DataType.FLOAT32)))
        .orElse(question);
  }
}
