package dev.voxelmill.actors.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.plan.Method;
import dev.voxelmill.protocols.plan.Methods;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fault F25 of the expectations, its memory: ten thousand jobs of a hundred tenants wait, whatever
 * their method is.
 */
class QueueHeapTest {
  /** 1 KB; of the methods as they are, the one whose jobs begin with two tasks comes to 98 %. */
  private static final double MOST_BYTES = 1000;

  @TempDir Path folder;

  @Test
  void aQueuedJobTakesLittleHeapOfItsOwnerAndOfPlacement() throws Exception {
    Map<String, Double> bytes = probe();

    Set<String> expected = Methods.all().stream().map(Method::name).collect(Collectors.toSet());
    expected.add(QueueHeapProbe.PLACEMENT);
    assertEquals(expected, bytes.keySet());
    bytes.forEach((name, each) -> assertTrue(each < MOST_BYTES, name + ": " + each + " bytes"));
  }

  /** What {@link QueueHeapProbe} prints, run as the processes of an installation are. */
  private Map<String, Double> probe() throws IOException, InterruptedException {
    Path out = folder.resolve("out.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dvoxelmill.home=" + System.getProperty("voxelmill.home"),
                "-Dlogback.configurationFile=" + System.getProperty("logback.configurationFile"),
                "-Dvoxelmill.log=WARN",
                "-cp",
                System.getProperty("java.class.path"),
                QueueHeapProbe.class.getName())
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertEquals(0, process.waitFor());
    } finally {
      process.destroyForcibly();
    }
    return Files.readAllLines(out).stream()
        .map(line -> line.split(" ", -1))
        .collect(Collectors.toMap(words -> words[0], words -> Double.parseDouble(words[1])));
  }
}
