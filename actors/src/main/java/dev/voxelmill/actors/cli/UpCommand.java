package dev.voxelmill.actors.cli;

import dev.voxelmill.actors.local.InstallationException;
import dev.voxelmill.actors.local.InstallationPlan;
import dev.voxelmill.actors.local.LocalInstallation;
import dev.voxelmill.actors.local.Ports;
import dev.voxelmill.actors.local.RunningInstallations;
import dev.voxelmill.protocols.config.ConfFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs an installation on this machine until it is interrupted. */
@Command(
    name = "up",
    description = "Run a broker, supervisors and workers on this machine until Ctrl-C.",
    footer = {
      "",
      "Prints 'ready HOST:PORT' once requests are accepted. A process that dies is started again.",
      "Jobs survive in --data: the next up goes on with them.",
      "Example: ./voxelmill up --workers 2"
    })
final class UpCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Option(
      names = "--supervisors",
      defaultValue = "1",
      paramLabel = "N",
      description = "Control-plane processes (default: ${DEFAULT-VALUE}).")
  int supervisors;

  @Option(
      names = "--workers",
      defaultValue = "1",
      paramLabel = "N",
      description = "Worker processes (default: ${DEFAULT-VALUE}).")
  int workers;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "${sys:user.home}/.voxelmill/local",
      description = "Records, checkpoints and logs (default: ~/.voxelmill/local).")
  Path directory;

  @Option(
      names = "--port",
      defaultValue = "29092",
      paramLabel = "P",
      description = "Port of the broker on 127.0.0.1 (default: ${DEFAULT-VALUE}); 0: any free one.")
  int port;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      description = "Values of conf/profiles/NAME.conf (default: $VOXELMILL_PROFILE, else fast).")
  void profile(String name) {
    System.setProperty(ConfFile.PROFILE, name);
  }

  @Override
  public Integer call()
      throws IOException, InterruptedException, InstallationException, CommandException {
    if (supervisors < 1 || workers < 1) {
      throw new CommandException(
          Exit.USAGE,
          "supervisors: " + supervisors + ", workers: " + workers + " (expected: >= 1 of each)");
    }
    PrintWriter out = spec.commandLine().getOut();
    int broker = port == 0 ? Ports.free(1).getFirst() : port;
    InstallationPlan plan =
        new InstallationPlan(
            Startup.launcher(),
            directory.toAbsolutePath().normalize(),
            broker,
            Ports.free(supervisors, broker),
            workers,
            ConfFile.profile(),
            false);
    out.printf("starting; logs in %s%n", plan.directory().resolve("logs"));
    out.flush();
    try (LocalInstallation installation = Startup.start(plan)) {
      RunningInstallations running = RunningInstallations.ofThisUser();
      long pid = ProcessHandle.current().pid();
      running.record(pid, plan.bootstrap(), Instant.now());
      Runtime.getRuntime().addShutdownHook(new Thread(() -> running.forget(pid), "forget-running"));
      out.printf("ready %s%n", plan.bootstrap());
      out.flush();
      new CountDownLatch(1).await();
    }
    return Exit.OK.code();
  }
}
