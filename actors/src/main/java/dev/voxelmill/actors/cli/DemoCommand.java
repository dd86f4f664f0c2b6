package dev.voxelmill.actors.cli;

import dev.voxelmill.actors.client.EventStream;
import dev.voxelmill.actors.client.InstallationClient;
import dev.voxelmill.actors.client.Submission;
import dev.voxelmill.actors.local.InstallationException;
import dev.voxelmill.actors.local.InstallationPlan;
import dev.voxelmill.actors.local.LocalInstallation;
import dev.voxelmill.protocols.config.ConfFile;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.storage.topics.Installation;
import dev.voxelmill.storage.topics.TopicsConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes one asset with an installation that lives as long as the command. */
@Command(
    name = "demo",
    description = "Make an asset from a sample picture, then leave nothing running.",
    footer = {
      "",
      "Writes asset.glb, views.png, turntable.png and manifest.json.",
      "Example: ./voxelmill demo --out car"
    })
final class DemoCommand implements Callable<Integer> {
  private static final JobId JOB = new JobId(JobId.DEFAULT_TENANT, "demo");
  private static final Duration LIMIT = Duration.ofMinutes(15);

  @Spec CommandSpec spec;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "voxelmill-out",
      description = "Directory for the files (default: ./${DEFAULT-VALUE}).")
  Path out;

  @Option(
      names = "--image",
      paramLabel = "FILE",
      description = "Your own PNG, JPEG or WebP, best with a transparent background.")
  Path image;

  @Override
  public Integer call()
      throws IOException, InterruptedException, InstallationException, CommandException {
    Path picture = image != null ? image : ConfFile.directory().resolve("demo").resolve("car.png");
    byte[] bytes = SubmitCommand.read(picture.toString());
    PrintWriter printer = spec.commandLine().getOut();
    long startNanos = System.nanoTime();
    printer.println("starting   a broker, a supervisor and a worker");
    printer.flush();
    InstallationPlan plan = Startup.temporary(1, 1);
    Exit exit;
    try (LocalInstallation installation = Startup.start(plan)) {
      printer.printf("ready      %s%n", plan.bootstrap());
      printer.flush();
      InstallationClient client =
          new InstallationClient(Installation.at(plan.bootstrap(), TopicsConfig.load()));
      exit = makeAsset(client, bytes, printer);
      if (exit != Exit.OK) {
        installation.keepDirectory();
        printer.printf("logs       %s%n", plan.directory().resolve("logs"));
      }
    }
    printer.printf("took       %s%n", Narrator.seconds((System.nanoTime() - startNanos) / 1e9));
    printer.flush();
    return exit.code();
  }

  private Exit makeAsset(InstallationClient client, byte[] picture, PrintWriter printer)
      throws IOException, InterruptedException, CommandException {
    Submission submission =
        new Submission(
            JOB,
            "image-to-3d",
            Base64.getEncoder().encodeToString(picture),
            Submission.KnownCamera.UNKNOWN,
            OptionalLong.empty(),
            new TreeMap<>(),
            Submission.Wishes.NONE);
    try (EventStream news = client.news(JOB)) {
      String source = client.submit(submission.toJson());
      Exit exit = JobWatch.follow(news, source, LIMIT, Telling.to(printer, false));
      if (exit == Exit.OK) {
        List<Path> files = Fetching.fetch(client, JOB, out);
        files.forEach(file -> printer.printf("wrote      %s%n", file));
      }
      return exit;
    }
  }
}
