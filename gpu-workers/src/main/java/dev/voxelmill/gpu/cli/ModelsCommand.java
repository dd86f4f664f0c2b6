package dev.voxelmill.gpu.cli;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.voxelmill.gpu.engine.DeviceThread;
import dev.voxelmill.gpu.engine.StoredType;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.models.Inspection;
import dev.voxelmill.gpu.models.Likeness;
import dev.voxelmill.gpu.models.ModelFolder;
import dev.voxelmill.gpu.models.ModelRegistry;
import dev.voxelmill.gpu.models.RegisteredModel;
import dev.voxelmill.gpu.models.Synthesis;
import dev.voxelmill.gpu.models.Verification;
import dev.voxelmill.gpu.nn.diffusers.PrintOptions;
import dev.voxelmill.gpu.nn.folder.ModelFolderException;
import dev.voxelmill.protocols.topic.JsonCodec;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
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
    subcommands = ConvertCommand.class,
    footer = {
      "",
      "Exit codes: 0 well; 1 something is wrong with the model; 2 wrong usage; 3 no such model.",
      "Example: ./voxelmill models synth --like tiny /tmp/tiny && ./voxelmill models verify /tmp/tiny"
    })
final class ModelsCommand {
  private static final int NOT_FOUND = 3;
  private static final double GIB = 1L << 30;

  @Spec private CommandSpec spec;

  /** Reads a likeness, written in lower case. */
  static final class LikenessName implements ITypeConverter<Likeness> {
    @Override
    public Likeness convert(String name) {
      for (Likeness likeness : Likeness.values()) {
        if (likeness.name().toLowerCase(Locale.ROOT).equals(name)) {
          return likeness;
        }
      }
      throw new TypeConversionException(
          "'" + name + "' (expected: sd15, sd21, zero123, zero123plus or tiny)");
    }
  }

  @Command(name = "list", description = "List the models of conf/models.conf.")
  int list() {
    for (RegisteredModel model : ModelRegistry.load().all()) {
      print(
          "%-22s %-17s %-26s %s%s%n"
              .formatted(
                  model.name(),
                  model.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                  model.licence(),
                  model.directory(),
                  Files.isDirectory(model.directory()) ? "" : " (absent)"));
    }
    return 0;
  }

  @Command(
      name = "inspect",
      description = "Say what the networks of a model are and what keeps them from being loaded.")
  int inspect(
      @Parameters(paramLabel = "MODEL") String model,
      @Option(names = "--json", description = "Print as JSON.") boolean json)
      throws JsonProcessingException {
    return withFolder(
        model,
        (folder, registered) -> {
          List<Inspection> all = Inspection.of(folder);
          print(json ? asJson(all) : asText(all));
          return all.stream().allMatch(one -> one.problem().isEmpty()) ? 0 : 1;
        });
  }

  @Command(
      name = "verify",
      description = "Hash a model's weights, load each of its networks and run it once.")
  int verify(@Parameters(paramLabel = "MODEL") String model) throws JsonProcessingException {
    return withFolder(
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
          boolean reference)
      throws JsonProcessingException {
    PrintOptions options = reference ? PrintOptions.PLAIN.withReference() : PrintOptions.PLAIN;
    return withFolder(
        model,
        (folder, registered) -> {
          Optional<ModelFolder.Part> part =
              folder.networks().stream().filter(one -> one.name().equals(network)).findFirst();
          if (part.isEmpty()) {
            error(
                "%s: no network of that name (expected: one of %s)"
                    .formatted(
                        network, folder.networks().stream().map(ModelFolder.Part::name).toList()));
            return NOT_FOUND;
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
              description = "sd15, sd21, zero123, zero123plus or tiny.")
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

  /** What is done with a folder; answers the exit code. */
  private interface Use {
    int with(ModelFolder folder, Optional<RegisteredModel> registered)
        throws JsonProcessingException;
  }

  private int withFolder(String model, Use use) throws JsonProcessingException {
    Optional<RegisteredModel> registered = ModelRegistry.load().named(model);
    Path folder = registered.map(RegisteredModel::directory).orElse(Path.of(model));
    if (!Files.isDirectory(folder)) {
      error(
          "%s: %s is no folder (expected: a name of conf/models.conf, or a diffusers folder)"
              .formatted(model, folder));
      return NOT_FOUND;
    }
    try {
      return use.with(ModelFolder.of(folder), registered);
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

  private static String asText(List<Inspection> all) {
    StringBuilder text = new StringBuilder();
    for (Inspection one : all) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-16s %-29s %,15d parameters, %s, %.2f GiB on disk, %.2f GiB as float32%n",
              one.name(),
              one.className(),
              one.parameters(),
              String.join("/", one.stored()),
              one.storedBytes() / GIB,
              one.float32Bytes() / GIB));
      if (!one.problem().isEmpty()) {
        text.append("  ").append(one.problem()).append(System.lineSeparator());
      }
    }
    return text.toString();
  }

  private static String asJson(List<Inspection> all) throws JsonProcessingException {
    return JsonCodec.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(all)
        + System.lineSeparator();
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
