package dev.voxelmill.gpu.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.gpu.cli.Finding.Verdict;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NeedsTest {
  @ParameterizedTest
  @CsvSource({
    "Apache Maven 3.8.6 (abc), BROKEN",
    "Apache Maven 3.8.7, GOOD",
    "Apache Maven 3.10.0, GOOD",
    "Apache Maven 4.0.0, GOOD",
    "'', LIMITED"
  })
  void mavenIsComparedByNumberAndMayBeAbsent(String line, Verdict expected) {
    assertEquals(expected, Needs.maven(line).verdict());
  }

  @Test
  void everyFindingThatIsNotGoodSaysHowToMendIt() {
    List<Finding> findings =
        List.of(
            Needs.java(17, "/jdk"),
            Needs.maven(""),
            Needs.platform("Mac OS X", "aarch64"),
            Needs.processor(Set.of("sse2"), 4),
            Needs.memory(1 << 20),
            Needs.disk("disk", "/tmp", 1 << 20));

    for (Finding finding : findings) {
      assertFalse(finding.verdict() == Verdict.GOOD, finding.subject());
      assertFalse(finding.fix().isEmpty(), finding.subject());
    }
  }

  @Test
  void aMachineThatIsLargeEnoughHasNothingToMend() {
    List<Finding> findings =
        List.of(
            Needs.java(21, "/jdk"),
            Needs.platform("Linux", "amd64"),
            Needs.processor(Set.of("sse2", "avx2"), 2),
            Needs.memory(4L << 30),
            Needs.disk("disk", "/tmp", 4L << 30));

    assertTrue(findings.stream().allMatch(f -> f.verdict() == Verdict.GOOD), findings::toString);
  }

  @Test
  void theReportPutsTheFixUnderTheFinding() {
    String report = DoctorCommand.asText(List.of(Finding.broken("disk", "0B free", "free some")));

    assertTrue(report.lines().toList().get(1).contains("fix: free some"), report);
  }
}
