package dev.voxelmill.gpu.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.voxelmill.gpu.models.Inspection;
import dev.voxelmill.gpu.models.PictureSize;
import dev.voxelmill.gpu.models.SamplerInspection;
import dev.voxelmill.protocols.topic.JsonCodec;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Says what the networks of a model are, from configurations and headers alone. */
@Command(
    name = "inspect",
    description = {
      "Say what the networks of a model are, what memory they need, and what keeps them",
      "from being loaded; no weight is read. What they take while they run is an estimate",
      "for one picture with guidance."
    },
    footer = {
      "",
      "Exit codes: 0 every network can be loaded; 1 one cannot; 2 wrong usage; 3 no such model.",
      "Example: ./voxelmill models inspect zero123plus-v1.2 --size 960x640"
    })
final class InspectCommand implements Callable<Integer> {
  private static final double MIB = 1L << 20;
  private static final double GIB = 1L << 30;

  @Spec CommandSpec spec;

  @Parameters(paramLabel = "MODEL", description = "A name of conf/models.conf, or a folder.")
  String model;

  @Option(
      names = "--size",
      paramLabel = "PIXELS",
      defaultValue = "512",
      converter = SizeText.class,
      description = "Of the pictures to be made: 512, or 960x640 (default: ${DEFAULT-VALUE}).")
  PictureSize size;

  @Option(names = "--json", description = "Print as JSON.")
  boolean json;

  /** Reads a size. */
  static final class SizeText implements ITypeConverter<PictureSize> {
    @Override
    public PictureSize convert(String text) {
      try {
        return PictureSize.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  @Override
  public Integer call() {
    return NamedFolder.use(
        spec.commandLine(),
        model,
        (folder, registered) -> {
          Report report =
              new Report(
                  Inspection.of(folder, size),
                  SamplerInspection.of(folder.folder()),
                  folder.missing(),
                  folder.unknown());
          PrintWriter out = spec.commandLine().getOut();
          out.print(json ? asJson(report) : asText(report));
          out.flush();
          return report.isWhole() ? 0 : 1;
        });
  }

  /** What is printed, and under these names as JSON. */
  private record Report(
      List<Inspection> networks,
      Optional<SamplerInspection> sampler,
      List<String> missing,
      Map<String, String> unknown) {
    private boolean isWhole() {
      return missing.isEmpty()
          && unknown.isEmpty()
          && networks.stream().allMatch(one -> one.problem().isEmpty())
          && sampler.stream().allMatch(one -> one.problem().isEmpty());
    }
  }

  private String asText(Report report) {
    List<Inspection> all = report.networks();
    StringBuilder text = new StringBuilder();
    for (Inspection one : all) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-16s %-29s %,15d parameters, %s, %s on disk; in float32 %s, and %s while it runs%n",
              one.name(),
              one.className(),
              one.parameters(),
              String.join("/", one.stored()),
              size(one.storedBytes()),
              size(one.float32Bytes()),
              size(one.runningBytes())));
      text.append(details(one.settings(), one.problem()));
    }
    report
        .sampler()
        .ifPresent(
            one -> {
              text.append("%-16s %s%n".formatted("scheduler", one.className()));
              text.append(details(one.settings(), one.problem()));
            });
    report.missing().forEach(one -> text.append("missing: %s%n".formatted(one)));
    report
        .unknown()
        .forEach(
            (file, found) ->
                text.append(
                    "%s: '%s' (expected: a class that is known here; fix: another checkpoint)%n"
                        .formatted(file, found)));
    long weights = all.stream().mapToLong(Inspection::float32Bytes).sum();
    long running = all.stream().mapToLong(Inspection::runningBytes).max().orElse(0);
    text.append(
        String.format(
            Locale.ROOT,
            "memory at %s: %s in float32, %s in a 16-bit type%n",
            size,
            size(weights + running),
            size((weights + running) / 2)));
    return text.toString();
  }

  private static String details(Map<String, String> settings, String problem) {
    String listed =
        settings.entrySet().stream()
            .map(setting -> setting.getKey() + " " + setting.getValue())
            .collect(Collectors.joining(", "));
    return Stream.of(listed, problem)
        .filter(line -> !line.isEmpty())
        .map(line -> "  " + line + System.lineSeparator())
        .collect(Collectors.joining());
  }

  private static String size(long bytes) {
    return bytes < GIB
        ? String.format(Locale.ROOT, "%.1f MiB", bytes / MIB)
        : String.format(Locale.ROOT, "%.2f GiB", bytes / GIB);
  }

  private static String asJson(Report report) {
    try {
      return JsonCodec.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(report)
          + System.lineSeparator();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write an inspection as JSON", e);
    }
  }
}
