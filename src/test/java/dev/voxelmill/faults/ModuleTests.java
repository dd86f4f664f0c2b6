package dev.voxelmill.faults;

import dev.voxelmill.e2e.Launcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/** Tests of single modules that stage a fault, and what their reports of this build say. */
final class ModuleTests {
  /**
   * One class of tests.
   *
   * @param test module and class
   */
  private record Staged(String id, String test, String what, String also) {
    Path report() {
      String[] place = test.split("/", 2);
      return Launcher.home()
          .resolve(place[0])
          .resolve("target/surefire-reports/TEST-dev.voxelmill." + place[1] + ".xml");
    }

    String link() {
      String[] place = test.split("/", 2);
      String name = place[1].substring(place[1].lastIndexOf('.') + 1);
      String path = "dev.voxelmill." + place[1];
      return "[%s](../%s/src/test/java/%s.java)".formatted(name, place[0], path.replace('.', '/'));
    }
  }

  private static final List<Staged> ALL =
      List.of(
          new Staged(
              "F01",
              "gpu-workers/gpu.worker.LiveResumeTest",
              "jobs of every method whose workers are killed, or told to release, at random steps, two at a time",
              "what each task leaves is bit-identical to that of an undisturbed job"),
          new Staged(
              "F12",
              "storage/storage.checkpoint.CheckpointDamageTest",
              "checkpoints with flipped bits, cut at every sixteenth, empty, of another step, attempt or job",
              "every one is told from a whole one, with the chunk and the reason"),
          new Staged(
              "F13",
              "gpu-workers/gpu.engine.HostileSafeTensorsTest",
              "hostile tensor files: lengths beyond the file, overlaps, overflows, doubled keys, unknown types",
              "a typed error that names the tensor, in memory bounded by the file"),
          new Staged(
              "F14",
              "actors/actors.intake.PictureInspectorTest",
              "pictures that are bombs, cut, damaged or none",
              "refused by their heads, unread"),
          new Staged(
              "F20",
              "actors/actors.placement.PlacementMemoryTest",
              "a task that ran out of memory, with another worker busy, free or absent",
              "it goes to another worker if there is any, and holds nobody up meanwhile"),
          new Staged(
              "F25",
              "actors/actors.placement.FairShareTest",
              "ten thousand tasks of a hundred tenants, one of them a hog, for two devices, on virtual time",
              "every tenant's share of device time within 10 % of equal"),
          new Staged(
              "F25",
              "actors/actors.bench.QueueHeapTest",
              "ten thousand queued jobs of a hundred tenants in one process, of each method",
              "their owner takes less than 1 KB of heap a job, and so does placement"),
          new Staged(
              "F31",
              "storage/storage.checkpoint.LogCleaningTest",
              "the topic cleaned again and again while a job is paused",
              "deleted checkpoints give back their room, the paused one's still reads by its offsets"),
          new Staged(
              "F31",
              "storage/storage.checkpoint.CheckpointSweeperTest",
              "orphaned chunks swept from a topic with live checkpoints",
              "the topic shrinks, live checkpoints still read back"),
          new Staged(
              "F32",
              "gpu-workers/gpu.worker.SoakTest",
              "a thousand short jobs on one worker",
              "heap, resident memory and threads as after the first three hundred"));

  private ModuleTests() {}

  static List<FaultTable.Row> rows() throws IOException {
    List<FaultTable.Row> rows = new ArrayList<>();
    for (Staged staged : ALL) {
      rows.add(row(staged));
    }
    return rows;
  }

  private static FaultTable.Row row(Staged staged) throws IOException {
    if (!Files.exists(staged.report())) {
      return row(staged, 0, "not run", "");
    }
    Element suite = suite(staged.report());
    long runs = number(suite, "tests") - number(suite, "skipped");
    boolean kept = number(suite, "failures") + number(suite, "errors") == 0;
    LocalDate day =
        Files.getLastModifiedTime(staged.report())
            .toInstant()
            .atOffset(ZoneOffset.UTC)
            .toLocalDate();
    return row(
        staged,
        runs,
        (kept ? "kept, " : "failed, ") + day,
        "%.1f s".formatted(Double.parseDouble(suite.getAttribute("time"))));
  }

  private static FaultTable.Row row(Staged staged, long runs, String result, String seen) {
    return new FaultTable.Row(
        staged.id(),
        "module",
        runs,
        staged.what(),
        staged.also(),
        result,
        (staged.link() + " " + seen).strip());
  }

  private static Element suite(Path report) throws IOException {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(report.toFile())
          .getDocumentElement();
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException(report + ": " + e.getMessage(), e);
    }
  }

  private static long number(Element suite, String attribute) {
    return Long.parseLong(suite.getAttribute(attribute));
  }
}
