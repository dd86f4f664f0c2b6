package dev.voxelmill.gpu.models;

import dev.voxelmill.gpu.clip.ClipTextTower;
import dev.voxelmill.gpu.clip.ClipVisionTower;
import dev.voxelmill.gpu.nn.diffusers.Autoencoder;
import dev.voxelmill.gpu.nn.diffusers.AutoencoderConfig;
import dev.voxelmill.gpu.nn.diffusers.AutoencoderPrinter;
import dev.voxelmill.gpu.nn.diffusers.ControlNetConfig;
import dev.voxelmill.gpu.nn.diffusers.ControlNetPrinter;
import dev.voxelmill.gpu.nn.diffusers.PrintOptions;
import dev.voxelmill.gpu.nn.diffusers.UNetConfig;
import dev.voxelmill.gpu.nn.diffusers.UNetPrinter;
import dev.voxelmill.gpu.nn.folder.ConfigFile;
import dev.voxelmill.gpu.nn.folder.WeightFolder;
import dev.voxelmill.gpu.nn.script.PrintedNetwork;
import dev.voxelmill.gpu.zero123.CameraProjection;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The classes of networks that can be printed, by their names in {@code config.json}. */
public enum NetworkKind {
  UNET("UNet2DConditionModel", WeightFolder.DIFFUSERS) {
    @Override
    public PrintedNetwork print(Path folder, PrintOptions options) {
      return UNetPrinter.print(UNetConfig.read(folder), options);
    }
  },
  CONTROL_NET("ControlNetModel", WeightFolder.DIFFUSERS) {
    @Override
    public PrintedNetwork print(Path folder, PrintOptions options) {
      return ControlNetPrinter.print(ControlNetConfig.read(folder), options);
    }
  },
  AUTOENCODER("AutoencoderKL", WeightFolder.DIFFUSERS) {
    @Override
    public PrintedNetwork print(Path folder, PrintOptions options) {
      return AutoencoderPrinter.print(AutoencoderConfig.read(folder), options);
    }

    @Override
    public UnaryOperator<String> presentNames() {
      return Autoencoder::presentName;
    }
  },
  TEXT_TOWER("CLIPTextModel", WeightFolder.TRANSFORMERS) {
    @Override
    public PrintedNetwork print(Path folder, PrintOptions options) {
      return ClipTextTower.print(config(folder), false, options.precision(), options.traced());
    }
  },
  PROJECTING_TEXT_TOWER("CLIPTextModelWithProjection", WeightFolder.TRANSFORMERS) {
    @Override
    public PrintedNetwork print(Path folder, PrintOptions options) {
      return ClipTextTower.print(config(folder), true, options.precision(), options.traced());
    }
  },
  VISION_TOWER("CLIPVisionModelWithProjection", WeightFolder.TRANSFORMERS) {
    @Override
    public PrintedNetwork print(Path folder, PrintOptions options) {
      return ClipVisionTower.print(config(folder), options.precision(), options.traced());
    }
  },
  CAMERA_PROJECTION("CCProjection", WeightFolder.DIFFUSERS) {
    @Override
    public PrintedNetwork print(Path folder, PrintOptions options) {
      return CameraProjection.print(folder, options.precision());
    }

    @Override
    public UnaryOperator<String> presentNames() {
      return CameraProjection::presentName;
    }
  };

  /** Other names of a class, as other ports of it call it. */
  private static final Map<String, NetworkKind> OTHERS =
      Map.of("CLIPCameraProjection", CAMERA_PROJECTION);

  private final String className;
  private final String stem;

  NetworkKind(String className, String stem) {
    this.className = className;
    this.stem = stem;
  }

  /** The kind of the network in a folder, if its class is known. */
  public static Optional<NetworkKind> of(ConfigFile config) {
    String name = classNamed(config);
    return Arrays.stream(values())
        .filter(kind -> kind.className.equals(name))
        .findFirst()
        .or(() -> Optional.ofNullable(OTHERS.get(name)));
  }

  /** The class that a configuration names; empty when it names none. */
  static String classNamed(ConfigFile config) {
    return config
        .text("_class_name")
        .orElseGet(() -> config.node("architectures").path(0).asText());
  }

  /** Prints the network of a folder from its {@code config.json}. */
  public abstract PrintedNetwork print(Path folder, PrintOptions options);

  /** From stored names to those of the parameters. */
  public UnaryOperator<String> presentNames() {
    return UnaryOperator.identity();
  }

  /** What the library calls the class. */
  public String className() {
    return className;
  }

  /** What the library calls the file of weights, without its ending. */
  public String stem() {
    return stem;
  }

  private static ConfigFile config(Path folder) {
    return ConfigFile.read(folder.resolve("config.json"));
  }
}
