package dev.voxelmill.gpu.cli;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.DeviceThread;
import dev.voxelmill.gpu.engine.StoredType;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.models.Likeness;
import dev.voxelmill.gpu.models.ModelFolder;
import dev.voxelmill.gpu.models.Synthesis;
import dev.voxelmill.gpu.models.Verification;
import dev.voxelmill.gpu.nn.diffusers.PrintOptions;
import dev.voxelmill.gpu.nn.folder.ModelFolderException;
import dev.voxelmill.protocols.model.ModelRegistry;
import dev.voxelmill.protocols.model.RegisteredModel;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Looks at models on disk, and makes folders of random ones. */
@Command(
    name = "models",
    description = {
      "Look at model folders, and make folders of random weights.",
      "A MODEL is a name of conf/models.conf or a diffusers folder."
    },
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {InspectCommand.class, ConvertCommand.class},
    footer = {
      "",
      "Exit codes: 0 well; 1 something is wrong with the model; 2 wrong usage; 3 no such model.",
      "Example: ./voxelmill models synth --like tiny /tmp/tiny && ./voxelmill models verify /tmp/tiny"
    })
final class ModelsCommand {

  @Spec private CommandSpec spec;

  /** Reads a likeness, written in lower case. */
  static final class LikenessName implements ITypeConverter<Likeness> {
    @Override
    public Likeness convert(String name) {
      for (Likeness likeness : Likeness.values()) {
        if (likeness.word().equals(name)) {
          return likeness;
        }
      }
      throw new TypeConversionException(
          "'"
              + name
              + "' (expected: sd15, sd21, zero123, zero123plus, small, tiny or tiny-zero123)");
    }
  }

  @Command(name = "list", description = "List the models of conf/models.conf.")
  int list() {
    for (RegisteredModel model : ModelRegistry.load().all()) {
      print(
          "%-22s %-17s %-26s %s%s%n"
              .formatted(
                  model.name(),
                  model.kind().word(),
                  model.licence(),
                  model.directory(),
                  Files.isDirectory(model.directory()) ? "" : " (absent)"));
    }
    return 0;
  }

  @Command(
      name = "verify",
      description = "Hash a model's weights, load each of its networks and run it once.")
  int verify(@Parameters(paramLabel = "MODEL") String model) {
    return NamedFolder.use(
        spec.commandLine(),
        model,
        (folder, registered) -> {
          Map<String, String> expected = registered.map(RegisteredModel::hashes).orElse(Map.of());
          List<Verification> all = verified(folder, expected);
          for (Verification one : all) {
            print("%-16s %s%n".formatted(one.name(), one.problem().isEmpty() ? "ok" : "FAIL"));
            one.hashes().forEach((file, hash) -> print("  %s=%s%n".formatted(file, hash)));
            if (!one.problem().isEmpty()) {
              print("  " + one.problem() + System.lineSeparator());
            }
          }
          return all.stream().allMatch(one -> one.problem().isEmpty()) ? 0 : 1;
        });
  }

  @Command(
      name = "print",
      description = "Print a network of a model as the TorchScript that is run.")
  int print(
      @Parameters(paramLabel = "MODEL") String model,
      @Parameters(paramLabel = "NETWORK", description = "Name of its folder, such as unet.")
          String network,
      @Option(names = "--reference", description = "With reference attention, as in Zero123++.")
          boolean reference) {
    PrintOptions options = reference ? PrintOptions.PLAIN.withReference() : PrintOptions.PLAIN;
    return NamedFolder.use(
        spec.commandLine(),
        model,
        (folder, registered) -> {
          Optional<ModelFolder.Part> part =
              folder.networks().stream().filter(one -> one.name().equals(network)).findFirst();
          if (part.isEmpty()) {
            error(
                "%s: no network of that name (expected: one of %s)"
                    .formatted(
                        network, folder.networks().stream().map(ModelFolder.Part::name).toList()));
            return NamedFolder.NOT_FOUND;
          }
          print(part.get().kind().print(part.get().folder(), options).source().text());
          return 0;
        });
  }

  @Command(
      name = "synth",
      description = "Write a folder of random weights in the shape of a public model.")
  int synth(
      @Option(
              names = "--like",
              required = true,
              paramLabel = "MODEL",
              converter = LikenessName.class,
              description = "sd15, sd21, zero123, zero123plus, small, tiny or tiny-zero123.")
          Likeness like,
      @Option(
              names = "--type",
              defaultValue = "F16",
              paramLabel = "TYPE",
              description = "F16 or F32 (default: ${DEFAULT-VALUE}).")
          StoredType type,
      @Option(
              names = "--seed",
              defaultValue = "0",
              paramLabel = "N",
              description = "Equal seeds give equal files (default: ${DEFAULT-VALUE}).")
          long seed,
      @Parameters(paramLabel = "FOLDER") Path folder) {
    if (type != StoredType.F16 && type != StoredType.F32) {
      throw new ParameterException(
          spec.commandLine(), "--type: " + type + " (expected: F16 or F32)");
    }
    try {
      Synthesis.write(folder, like, type, seed, file -> print(file + System.lineSeparator()));
      return 0;
    } catch (ModelFolderException e) {
      error(e.getMessage());
      return 1;
    }
  }

  private static List<Verification> verified(ModelFolder folder, Map<String, String> expected) {
    try (DeviceThread thread = DeviceThread.open("models")) {
      return thread.call(
          () -> {
            try (NDManager scope = Torch.start(TorchOptions.cpu()).newScope()) {
              return Verification.of(scope, folder, expected);
            }
          });
    }
  }

  private void print(String text) {
    PrintWriter out = spec.commandLine().getOut();
    out.print(text);
    out.flush();
  }

  private void error(String text) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(text);
    err.flush();
  }
}
