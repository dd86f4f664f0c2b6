package dev.voxelmill.gpu.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.voxelmill.protocols.topic.JsonCodec;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says what is wrong with this machine and how to mend it. */
@Command(
    name = "doctor",
    description = "Look at JDK, Maven, libtorch, devices, memory, disk and ports.",
    footer = {
      "",
      "Exit codes: 0 everything that a job needs works; 1 something is broken; 2 wrong usage.",
      "Example: ./voxelmill doctor --json | jq '.[] | select(.verdict != \"GOOD\")'"
    })
final class DoctorCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Option(
      names = "--port",
      defaultValue = "29092",
      description = "Port of a local broker (default: ${DEFAULT-VALUE}).")
  int port;

  @Option(names = "--json", description = "Print the findings as JSON.")
  boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<Finding> findings = Examination.ofThisMachine(port);
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? asJson(findings) : asText(findings));
    out.flush();
    return findings.stream().anyMatch(f -> f.verdict() == Finding.Verdict.BROKEN) ? 1 : 0;
  }

  static String asText(List<Finding> findings) {
    StringBuilder text = new StringBuilder();
    for (Finding finding : findings) {
      String mark =
          switch (finding.verdict()) {
            case GOOD -> "ok";
            case LIMITED -> "!!";
            case BROKEN -> "XX";
          };
      text.append(String.format("%-2s  %-15s %s%n", mark, finding.subject(), finding.found()));
      if (!finding.fix().isEmpty()) {
        text.append(String.format("    %-15s fix: %s%n", "", finding.fix()));
      }
    }
    return text.toString();
  }

  private static String asJson(List<Finding> findings) throws JsonProcessingException {
    return JsonCodec.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(findings)
        + System.lineSeparator();
  }
}
