package dev.voxelmill.actors.cli;

import dev.voxelmill.actors.local.InstallationException;
import dev.voxelmill.actors.local.InstallationPlan;
import dev.voxelmill.actors.local.LocalInstallation;
import dev.voxelmill.actors.nemesis.Nemesis;
import dev.voxelmill.actors.nemesis.Schedule;
import dev.voxelmill.actors.nemesis.Verdict;
import dev.voxelmill.actors.nemesis.VerdictText;
import dev.voxelmill.protocols.config.ConfFile;
import dev.voxelmill.storage.topics.Installation;
import dev.voxelmill.storage.topics.TopicsConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Breaks a local installation in every way it knows, and says whether a promise was broken. */
@Command(
    name = "nemesis",
    description = {
      "Start an installation of its own, submit a steady load, and meanwhile kill, stop and freeze",
      "its processes and misuse its topics, as the seed says. Then let it heal, read every topic,",
      "and say whether every promise to clients was kept and every fault is proved to have fired."
    },
    footer = {
      "",
      "The same seed is the same schedule: --plan prints it. OUT gets plan.txt, log.txt, verdict.md",
      "and verdict.json, and, if anything was broken, the installation's records and logs.",
      "Exit code 0 only if every promise was kept and every fault has fired.",
      "Example: ./voxelmill nemesis --minutes 20 --seed 7"
    })
final class NemesisCommand implements Callable<Integer> {
  /** A scripted hang occupies its worker for so long; no honest step of the load takes it. */
  private static final Map<String, String> SETTINGS = Map.of("worker.step-deadline", "30s");

  private static final String PICTURE = "conf/demo/car.png";

  @Spec private CommandSpec spec;

  @Option(
      names = "--minutes",
      defaultValue = "5",
      paramLabel = "N",
      description = "How long faults go on; 4 are enough for every kind (default: 5).")
  private double minutes;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "S",
      description = "Decides everything (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--supervisors",
      defaultValue = "3",
      paramLabel = "N",
      description = "Control-plane processes (default: ${DEFAULT-VALUE}).")
  private int supervisors;

  @Option(
      names = "--workers",
      defaultValue = "3",
      paramLabel = "N",
      description = "Worker processes at the beginning (default: ${DEFAULT-VALUE}).")
  private int workers;

  @Option(
      names = "--heal",
      defaultValue = "900",
      paramLabel = "SECONDS",
      description =
          "How long everything may take to end after the last fault (default: ${DEFAULT-VALUE}).")
  private int healSeconds;

  @Option(
      names = "--out",
      defaultValue = "voxelmill-nemesis",
      paramLabel = "DIR",
      description = "What is written goes there (default: ./${DEFAULT-VALUE}).")
  private Path directory = Path.of("");

  @Option(names = "--plan", description = "Print the schedule and do nothing.")
  private boolean planOnly;

  @Option(names = "--json", description = "Print the verdict as one JSON object.")
  private boolean json;

  @Override
  public Integer call()
      throws IOException, InterruptedException, InstallationException, CommandException {
    if (supervisors < 1 || workers < 1 || minutes <= 0) {
      throw new CommandException(
          Exit.USAGE,
          "supervisors: %d, workers: %d, minutes: %s (expected: all > 0)"
              .formatted(supervisors, workers, minutes));
    }
    Duration length = Duration.ofMillis(Math.round(minutes * 60_000));
    Schedule schedule = Schedule.of(seed, length, supervisors, workers);
    PrintWriter out = spec.commandLine().getOut();
    if (planOnly) {
      out.print(schedule.text());
      out.flush();
      return Exit.OK.code();
    }
    Verdict verdict = run(schedule);
    out.print(json ? Json.pretty(verdict) : VerdictText.plain(verdict));
    if (!json) {
      out.println("replay: " + replay());
    }
    out.flush();
    return (verdict.isKept() ? Exit.OK : Exit.FAILED).code();
  }

  private Verdict run(Schedule schedule)
      throws IOException, InterruptedException, InstallationException, CommandException {
    Path target = Files.createDirectories(directory.toAbsolutePath().normalize());
    Files.writeString(target.resolve("plan.txt"), schedule.text());
    String picture =
        Base64.getEncoder()
            .encodeToString(Files.readAllBytes(Startup.launcher().resolveSibling(PICTURE)));
    InstallationPlan plan =
        Startup.temporary(Files.createTempDirectory(target, "installation-"), supervisors, workers)
            .with(SETTINGS);
    try (PrintWriter log = new PrintWriter(Files.newBufferedWriter(target.resolve("log.txt")))) {
      Nemesis nemesis = new Nemesis(schedule, line -> tell(log, line));
      tell(log, "starting %s; profile %s".formatted(plan.directory(), ConfFile.profile()));
      Verdict verdict;
      try (LocalInstallation running = Startup.start(plan, nemesis.onExit())) {
        try {
          verdict =
              nemesis.run(
                  running,
                  Installation.at(plan.bootstrap(), TopicsConfig.load()),
                  picture,
                  Duration.ofSeconds(healSeconds));
        } catch (InterruptedException | RuntimeException e) {
          running.keepDirectory();
          throw e;
        }
        if (!verdict.isKept()) {
          running.keepDirectory();
          tell(log, "kept for a look: " + plan.directory());
        }
      }
      Files.writeString(target.resolve("verdict.md"), VerdictText.markdown(verdict, replay()));
      Files.writeString(target.resolve("verdict.json"), Json.pretty(verdict));
      return verdict;
    }
  }

  private synchronized void tell(PrintWriter log, String line) {
    log.println(line);
    log.flush();
    if (!json) {
      spec.commandLine().getOut().println(line);
      spec.commandLine().getOut().flush();
    }
  }

  /** The command that does the same again. */
  private String replay() {
    return "./voxelmill nemesis --minutes %s --seed %d --supervisors %d --workers %d"
        .formatted(
            minutes == Math.rint(minutes) ? "" + (long) minutes : "" + minutes,
            seed,
            supervisors,
            workers);
  }
}
