package dev.voxelmill.actors.cli;

import dev.voxelmill.actors.client.EventStream;
import dev.voxelmill.actors.client.InstallationClient;
import dev.voxelmill.protocols.job.CommandOutcome;
import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.topic.EventRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What the commands that change jobs have in common: they send an order and await its answer. */
final class Ordering {
  @Spec(Spec.Target.MIXEE)
  CommandSpec spec;

  @Mixin Connection connection;

  @Parameters(
      paramLabel = "ID",
      arity = "1..*",
      converter = JobArgument.class,
      description = "The jobs, as ID or TENANT/ID.")
  List<JobId> jobs = List.of();

  @Option(
      names = "--command-id",
      paramLabel = "ID",
      description = "Idempotency key of the command (default: a random one).")
  String commandId = UUID.randomUUID().toString();

  @Option(names = "--wait", description = "Wait for the outcome; without it, only send.")
  boolean wait;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "120",
      description = "Stop waiting for an outcome after this time (default: ${DEFAULT-VALUE}).")
  long timeoutSeconds;

  @Option(names = "--json", description = "Print one line of JSON per job.")
  boolean json;

  /** Sends the order to every job; the answer is the worst of the outcomes. */
  int send(JobCommand.Order order) throws CommandException, IOException, InterruptedException {
    InstallationClient client = connection.client();
    Exit worst = Exit.OK;
    for (JobId job : jobs) {
      Exit exit = send(client, command(job, order));
      worst = exit.code() > worst.code() ? exit : worst;
    }
    return worst.code();
  }

  private JobCommand command(JobId job, JobCommand.Order order) throws CommandException {
    try {
      return new JobCommand(commandId, job, order);
    } catch (IllegalArgumentException e) {
      throw new CommandException(Exit.USAGE, e.getMessage());
    }
  }

  private Exit send(InstallationClient client, JobCommand command)
      throws CommandException, IOException, InterruptedException {
    if (!wait) {
      String source = client.order(command);
      print(
          "sent  " + command.job() + "  " + command.order().word() + "  " + command.commandId(),
          Map.of("job", command.job(), "commandId", command.commandId(), "source", source));
      return Exit.OK;
    }
    try (EventStream news = client.news(command.job())) {
      client.order(command);
      return told(command, await(news, command));
    }
  }

  private EventRecord.Answered await(EventStream news, JobCommand command) throws CommandException {
    return JobWatch.first(
            news,
            Duration.ofSeconds(timeoutSeconds),
            told ->
                told.event() instanceof EventRecord.Answered answered
                        && answered.commandId().equals(command.commandId())
                    ? Optional.of(answered)
                    : Optional.empty())
        .orElseThrow(
            () ->
                new CommandException(
                    Exit.UNREACHABLE,
                    "%s %s: no answer within %d s (see --timeout)"
                        .formatted(command.order().word(), command.job(), timeoutSeconds)));
  }

  private Exit told(JobCommand command, EventRecord.Answered answered) throws IOException {
    print(
        command.job() + "  " + answered.outcome().word(),
        Map.of(
            "job", command.job(), "commandId", command.commandId(), "outcome", answered.outcome()));
    if (answered.outcome() == CommandOutcome.UNKNOWN_JOB) {
      return Exit.NOT_FOUND;
    }
    return answered.outcome().isAsWanted() ? Exit.OK : Exit.FAILED;
  }

  private void print(String text, Map<String, Object> value) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? Json.line(value) : text + System.lineSeparator());
    out.flush();
  }
}
