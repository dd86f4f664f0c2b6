package dev.voxelmill.protocols.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SectionTest {
  private enum Mode {
    STRICT,
    SEND_FAST
  }

  @Test
  void valuesAreReadAsWhatTheyMean() {
    Section section =
        section(
            "pause = 1500ms, size = 2MiB, threads = 2, ratio = 0.5, mode = send-fast, on = yes");

    assertEquals(Duration.ofMillis(1500), section.positiveDuration("pause"));
    assertEquals(2 << 20, section.positiveSize("size").bytes());
    assertEquals(2, section.integer("threads", 1, 8));
    assertEquals(0.5, section.number("ratio", 0, 1));
    assertEquals(Mode.SEND_FAST, section.choice("mode", Mode.class));
    assertEquals(true, section.flag("on"));
    section.requireValid();
  }

  @Test
  void everyProblemIsReportedAtOnceWithKeyRuleAndFile() {
    Section section = section("pause = 0s, size = 2 apples, threads = 99, mode = loose, typo = 1");

    section.positiveDuration("pause");
    section.positiveSize("size");
    section.integer("threads", 1, 8);
    section.choice("mode", Mode.class);
    section.text("absent");
    List<String> lines =
        assertThrows(InvalidConfigException.class, section::requireValid)
            .getMessage()
            .lines()
            .toList();

    assertEquals(
        List.of(
            "it.pause: PT0S (expected: > 0s; fix: conf/it.conf)",
            "it.size: '2 apples' (expected: a size, as in 64KiB or 8MiB; fix: conf/it.conf)",
            "it.threads: 99 (expected: 1 to 8; fix: conf/it.conf)",
            "it.mode: 'loose' (expected: one of [strict, send-fast]; fix: conf/it.conf)",
            "it.absent: missing (expected: text; fix: conf/it.conf)",
            "it.typo: unknown (expected: one of [absent, mode, pause, size, threads];"
                + " fix: conf/it.conf)"),
        lines);
  }

  @Test
  void numbersByNameHaveFreeNamesAndARange() {
    Section good = section("weights { acme = 2, \"a.b\" = 0.5 }");
    Section bad = section("weights { acme = 200, other = much }");

    assertEquals(Map.of("acme", 2.0, "a.b", 0.5), good.numbers("weights", 0.01, 100));
    good.requireValid();
    bad.numbers("weights", 0.01, 100);
    assertEquals(
        List.of(
            "it.weights.other: \"much\" (expected: a number; fix: conf/it.conf)",
            "it.weights.acme: 200.0 (expected: 0.01 to 100.0; fix: conf/it.conf)"),
        assertThrows(InvalidConfigException.class, bad::requireValid)
            .getMessage()
            .lines()
            .toList());
  }

  @Test
  void aMissingSectionIsNamed() {
    Section section = Section.of(ConfigFactory.empty(), "it", "conf/it.conf");

    assertEquals(
        "it: missing (expected: a section; fix: conf/it.conf)",
        assertThrows(InvalidConfigException.class, section::requireValid).getMessage());
  }

  @Test
  void aSectionWithinASectionHasItsWholePath() {
    Section inner = section("inner { threads = 0 }").section("inner");

    inner.integer("threads", 1, 8);

    assertEquals(
        "it.inner.threads: 0 (expected: 1 to 8; fix: conf/it.conf)",
        assertThrows(InvalidConfigException.class, inner::requireValid).getMessage());
  }

  private static Section section(String body) {
    return Section.of(ConfigFactory.parseString("it { " + body + " }"), "it", "conf/it.conf");
  }
}
