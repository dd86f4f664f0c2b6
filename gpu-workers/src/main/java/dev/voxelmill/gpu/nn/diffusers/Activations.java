package dev.voxelmill.gpu.nn.diffusers;

import dev.voxelmill.gpu.nn.folder.ConfigFile;
import java.util.Map;
import java.util.Optional;

/** Nonlinearities by the names that configurations use. */
final class Activations {
  private static final Map<String, String> SCRIPTED =
      Map.of(
          "silu", "torch.silu",
          "swish", "torch.silu",
          "mish", "torch.mish",
          "gelu", "torch.gelu",
          "relu", "torch.relu");

  private Activations() {}

  /** What TorchScript calls the nonlinearity of a setting, if the setting is there. */
  static Optional<String> of(ConfigFile config, String key) {
    return config
        .text(key)
        .map(
            name -> {
              String scripted = SCRIPTED.get(name);
              if (scripted == null) {
                throw config.wrong(key, name, "one of " + SCRIPTED.keySet());
              }
              return scripted;
            });
  }
}
