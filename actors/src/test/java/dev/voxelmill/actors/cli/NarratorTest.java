package dev.voxelmill.actors.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.topic.EventRecord.Event;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class NarratorTest {
  private static final JobId JOB = new JobId("default", "car");
  private static final Instant START = Instant.parse("2026-11-20T12:00:00Z");

  private final StringWriter told = new StringWriter();

  @Test
  void progressShowsStepRateLossAndTimeToGo() {
    String text = Narrator.describe(progress("distill", 50, 200));

    assertEquals("[######..................] step 50/200  4.2 it/s  loss 0.1250  ETA 36 s", text);
  }

  @Test
  void whatIsUnknownIsNotShown() {
    Event unknown = new EventRecord.Progress("tile", 1, 0, 1, 0, Double.NaN, Double.NaN);

    String text = Narrator.describe((EventRecord.Progress) unknown);

    assertEquals("[........................] step 0/1", text);
  }

  @Test
  void aLogGetsProgressWhenTheStageChangesAndThenEveryTwoSeconds() {
    Narrator narrator = narrator(false);

    narrator.tell(event(0, progress("denoise", 1, 6)));
    narrator.tell(event(100, progress("denoise", 2, 6)));
    narrator.tell(event(200, progress("distill", 1, 200)));
    narrator.tell(event(2100, progress("distill", 9, 200)));
    narrator.tell(event(2200, progress("distill", 10, 200)));

    List<String> lines = told.toString().lines().toList();
    assertEquals(3, lines.size(), told::toString);
    assertTrue(lines.get(0).startsWith("denoise    [") && lines.get(0).contains("step 1/6"));
    assertTrue(lines.get(1).contains("step 1/200"), lines.get(1));
    assertTrue(lines.get(2).contains("step 10/200"), lines.get(2));
  }

  @Test
  void aTaskWithoutAKnownLengthIsNotTold() {
    narrator(false).tell(event(0, progress("project", 0, 0)));

    assertEquals("", told.toString());
  }

  @Test
  void aTerminalKeepsOneLineUntilTheStageIsDone() {
    Narrator narrator = narrator(true);

    narrator.tell(event(0, progress("denoise", 1, 6)));
    narrator.tell(event(10, progress("denoise", 2, 6)));
    narrator.tell(event(20, new EventRecord.StageCompleted("denoise", 1, "worker-1", 3.25)));

    assertEquals(1, told.toString().chars().filter(c -> c == 10).count());
    assertTrue(told.toString().endsWith("denoise    done in 3.3 s on worker-1\n"), told::toString);
  }

  private Narrator narrator(boolean terminal) {
    return new Narrator(new PrintWriter(told), terminal);
  }

  private static EventRecord.Progress progress(String stage, long step, long total) {
    return new EventRecord.Progress(stage, 1, step, total, 4.2, 0.125, 36);
  }

  private static EventRecord event(long millis, Event event) {
    return new EventRecord(JOB, 1, START.plusMillis(millis), event);
  }
}
