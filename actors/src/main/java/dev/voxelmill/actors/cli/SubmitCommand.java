package dev.voxelmill.actors.cli;

import dev.voxelmill.actors.client.EventStream;
import dev.voxelmill.actors.client.InstallationClient;
import dev.voxelmill.actors.client.Submission;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.lifecycle.AwaitedJob;
import dev.voxelmill.protocols.topic.EventRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Submits a picture and, if asked, waits for its asset. */
@Command(
    name = "submit",
    description = "Submit a picture; with --wait, follow the job and fetch its files.",
    footer = {
      "",
      "The same --id and the same content again is the same job, however often it is sent.",
      "Example: ./voxelmill submit car.png --id my-car --set distill.steps=300 --wait --out car",
      "Views:   ./voxelmill submit car.png --method zero123 --set poses=0/60/0,-20/180/0 --out car",
      "Shape:   ./voxelmill submit car.png --method zero123-3d --set model=zero123-xl --out car"
    })
final class SubmitCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin Connection connection;

  @Parameters(paramLabel = "IMAGE", description = "PNG, JPEG or WebP file; - reads standard input.")
  String image;

  @Option(
      names = "--depth",
      paramLabel = "FILE",
      description = "A picture of depths that controls the views, where the method takes one.")
  String depth;

  @Option(
      names = "--method",
      defaultValue = "image-to-3d",
      paramLabel = "NAME",
      description = "How to make the asset (default: ${DEFAULT-VALUE}); see methods.")
  String method;

  @Option(
      names = "--id",
      paramLabel = "ID",
      converter = JobArgument.class,
      description = "Idempotency key, as ID or TENANT/ID (default: a random one).")
  JobId job;

  @Option(names = "--seed", paramLabel = "N", description = "Seed of all noise.")
  Long seed;

  @Option(
      names = "--elevation",
      paramLabel = "DEG",
      description = "Elevation of the picture's camera above the equator (default: 20).")
  Double elevationDeg;

  @Option(
      names = "--fov",
      paramLabel = "DEG",
      description = "Horizontal field of view of the picture's camera (default: 49.1).")
  Double fovDeg;

  @Option(
      names = "--radius",
      paramLabel = "R",
      description = "Distance of the picture's camera; the object fills +-0.6 (default: 1.7).")
  Double radius;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "Set a parameter of the method, such as project=false; may be repeated. All of them are"
              + " told by ./voxelmill methods NAME.")
  Map<String, String> parameters = new LinkedHashMap<>();

  @Mixin Wanted wanted;

  @Option(names = "--wait", description = "Follow the job to its end.")
  boolean wait;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Write the asset's files there; implies --wait.")
  Path out;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "86400",
      description = "Stop waiting after this time (default: ${DEFAULT-VALUE}).")
  long timeoutSeconds;

  @Option(names = "--json", description = "Print JSON, one object per line.")
  boolean json;

  @Override
  public Integer call() throws CommandException, IOException, InterruptedException {
    InstallationClient client = connection.client();
    Submission submission = submission();
    PrintWriter printer = spec.commandLine().getOut();
    try (EventStream news = client.news(submission.job())) {
      boolean known =
          client.job(submission.job()).filter(state -> !(state instanceof AwaitedJob)).isPresent();
      String source = client.submit(submission.toJson());
      tellSubmitted(printer, submission.job(), source);
      if (!wait && out == null) {
        return Exit.OK.code();
      }
      Exit exit = known ? ofKnownJob(client, submission.job(), news, source) : follow(news, source);
      if (exit == Exit.OK && out != null) {
        Fetching.fetch(client, submission.job(), out).forEach(printer::println);
        printer.flush();
      }
      return exit.code();
    }
  }

  private Submission submission() throws CommandException, IOException {
    return new Submission(
        job != null ? job : new JobId(JobId.DEFAULT_TENANT, UUID.randomUUID().toString()),
        method,
        Base64.getEncoder().encodeToString(read(image)),
        depth == null
            ? Optional.empty()
            : Optional.of(Base64.getEncoder().encodeToString(read(depth))),
        new Submission.KnownCamera(optional(elevationDeg), optional(fovDeg), optional(radius)),
        seed == null ? OptionalLong.empty() : OptionalLong.of(seed),
        new TreeMap<>(parameters),
        wanted.wishes());
  }

  static byte[] read(String image) throws CommandException, IOException {
    try {
      return image.equals("-") ? System.in.readAllBytes() : Files.readAllBytes(Path.of(image));
    } catch (NoSuchFileException e) {
      throw new CommandException(Exit.NOT_FOUND, "image: " + image + " (expected: a file)");
    }
  }

  private void tellSubmitted(PrintWriter printer, JobId id, String source) throws IOException {
    printer.print(
        json
            ? Json.line(Map.of("job", id, "source", source))
            : "submitted  " + id + System.lineSeparator());
    printer.flush();
  }

  private Exit follow(EventStream news, String source) throws CommandException {
    return JobWatch.follow(
        news,
        source,
        Duration.ofSeconds(timeoutSeconds),
        Telling.to(spec.commandLine().getOut(), json));
  }

  /** A known job goes on as it does, unless this submission asks for something else. */
  private Exit ofKnownJob(InstallationClient client, JobId id, EventStream news, String source)
      throws CommandException {
    Optional<EventRecord> rejection = JobWatch.rejection(news, source);
    if (rejection.isPresent()) {
      Telling.to(spec.commandLine().getOut(), json).accept(rejection.orElseThrow());
      return Exit.FAILED;
    }
    try (EventStream history = client.history(id)) {
      return follow(history, source);
    }
  }

  private static OptionalDouble optional(Double value) {
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }
}
