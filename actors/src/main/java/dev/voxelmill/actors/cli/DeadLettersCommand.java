package dev.voxelmill.actors.cli;

import dev.voxelmill.actors.client.BuriedLetter;
import dev.voxelmill.actors.client.InstallationClient;
import dev.voxelmill.protocols.topic.Topic;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what could not be accepted, and sends it again. */
@Command(
    name = "dead-letters",
    description = "Show what could not be accepted and why, and send it again once that is mended.",
    synopsisSubcommandLabel = "(list | show | replay)",
    footer = {
      "",
      "A letter is named by its source position, TOPIC/PARTITION/OFFSET.",
      "Example: ./voxelmill dead-letters list --json",
      "         ./voxelmill dead-letters show voxelmill.requests/2/17",
      "         ./voxelmill dead-letters replay voxelmill.requests/2/17"
    })
final class DeadLettersCommand {
  private static final int SHOWN_CHARS = 2000;

  @Spec CommandSpec spec;

  @Command(name = "list", description = "List the dead letters, oldest first.")
  int list(
      @Mixin Connection connection,
      @Option(names = "--json", description = "Print one line of JSON per letter.") boolean json)
      throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (!json) {
      out.print(row("SOURCE", "CODE", "AT", "REASON"));
    }
    for (BuriedLetter letter : connection.client().deadLetters()) {
      out.print(
          json
              ? Json.line(Summary.of(letter))
              : row(letter.source(), letter.code(), letter.at().toString(), letter.reason()));
    }
    out.flush();
    return Exit.OK.code();
  }

  @Command(name = "show", description = "Print one dead letter, or write its bytes to a file.")
  int show(
      @Mixin Connection connection,
      @Parameters(paramLabel = "SOURCE", description = "TOPIC/PARTITION/OFFSET.") String source,
      @Option(
              names = "--out",
              paramLabel = "FILE",
              description = "Write the original bytes there, as they came.")
          Path file)
      throws CommandException, IOException {
    BuriedLetter letter = find(connection.client(), source);
    PrintWriter out = spec.commandLine().getOut();
    out.print(Json.pretty(Summary.of(letter)));
    if (file != null) {
      Files.write(file, letter.original());
      out.println(file);
    } else {
      String text = new String(letter.original(), StandardCharsets.UTF_8);
      out.println(text.length() <= SHOWN_CHARS ? text : text.substring(0, SHOWN_CHARS) + "...");
    }
    out.flush();
    return Exit.OK.code();
  }

  @Command(
      name = "replay",
      description = "Send dead letters again as they are; each is judged afresh.")
  int replay(
      @Mixin Connection connection,
      @Parameters(paramLabel = "SOURCE", arity = "1..*", description = "TOPIC/PARTITION/OFFSET.")
          List<String> sources,
      @Option(names = "--json", description = "Print one line of JSON per letter.") boolean json)
      throws CommandException, IOException, InterruptedException {
    InstallationClient client = connection.client();
    PrintWriter out = spec.commandLine().getOut();
    for (String source : sources) {
      BuriedLetter letter = find(client, source);
      String sent = client.send(topic(client, letter), original(client, letter));
      out.print(
          json
              ? Json.line(Map.of("source", source, "sent", sent))
              : source + "  sent as " + sent + System.lineSeparator());
      out.flush();
    }
    return Exit.OK.code();
  }

  /** A request that an owner refused is read where it was sent. */
  private static byte[] original(InstallationClient client, BuriedLetter letter)
      throws CommandException {
    return letter.isWhole()
        ? letter.original()
        : client
            .sent(topic(client, letter), letter.source())
            .orElseThrow(
                () ->
                    new CommandException(
                        Exit.NOT_FOUND,
                        letter.source() + ": its record is gone (fix: submit the request again)"));
  }

  private static Topic topic(InstallationClient client, BuriedLetter letter)
      throws CommandException {
    for (Topic topic : List.of(Topic.REQUESTS, Topic.COMMANDS)) {
      if (client.installation().topic(topic).equals(letter.topic())) {
        return topic;
      }
    }
    throw new CommandException(
        Exit.FAILED, letter.source() + ": not from a topic that clients write to");
  }

  private static BuriedLetter find(InstallationClient client, String source)
      throws CommandException {
    return client.deadLetters().stream()
        .filter(letter -> letter.source().equals(source))
        .findFirst()
        .orElseThrow(
            () ->
                new CommandException(
                    Exit.NOT_FOUND,
                    "letter: " + source + " is unknown (fix: ./voxelmill dead-letters list)"));
  }

  private static String row(String source, String code, String at, String reason) {
    return String.format(Locale.ROOT, "%-32s %-14s %-24s %s%n", source, code, at, reason);
  }

  /** A letter without its bytes. */
  private record Summary(String source, String code, String reason, Instant at, int bytes) {
    static Summary of(BuriedLetter letter) {
      return new Summary(
          letter.source(), letter.code(), letter.reason(), letter.at(), letter.original().length);
    }
  }
}
