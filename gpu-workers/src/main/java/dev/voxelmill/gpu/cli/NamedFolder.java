package dev.voxelmill.gpu.cli;

import dev.voxelmill.gpu.models.ModelFolder;
import dev.voxelmill.gpu.nn.folder.ModelFolderException;
import dev.voxelmill.protocols.model.ModelRegistry;
import dev.voxelmill.protocols.model.RegisteredModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;

/** The folder that a MODEL on the command line means: a name of the registry, or a path. */
final class NamedFolder {
  static final int NOT_FOUND = 3;

  private NamedFolder() {}

  /** What is done with a folder; answers the exit code. */
  interface Use {
    int with(ModelFolder folder, Optional<RegisteredModel> registered);
  }

  /** Does it, or says why the folder is none. */
  static int use(CommandLine line, String model, Use use) {
    Optional<RegisteredModel> registered = ModelRegistry.load().named(model);
    Path folder = registered.map(RegisteredModel::directory).orElse(Path.of(model));
    if (!Files.isDirectory(folder)) {
      line.getErr()
          .println(
              "%s: %s is no folder (expected: a name of conf/models.conf, or a diffusers folder)"
                  .formatted(model, folder));
      return NOT_FOUND;
    }
    try {
      return use.with(ModelFolder.of(folder), registered);
    } catch (ModelFolderException e) {
      line.getErr().println(e.getMessage());
      return 1;
    }
  }
}
