package dev.voxelmill.gpu.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.gpu.engine.StoredType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunningMemoryTest {
  /** How far an estimate may be from what a call really adds to its process, as a share of it. */
  private static final double TOLERANCE = 0.3;

  @TempDir Path folder;
  private Path tiny;

  @BeforeEach
  void write() {
    tiny = folder.resolve("tiny");
    Synthesis.write(tiny, Likeness.TINY, StoredType.F32, 7, file -> {});
  }

  @Test
  void estimatesAreNearWhatCallsReallyTake() throws Exception {
    List<String> lines = probe();

    assertEquals(3, lines.size(), lines::toString);
    for (String line : lines) {
      String[] words = line.split(" ", -1);
      double ratio = Double.parseDouble(words[1]) / Double.parseDouble(words[2]);
      assertTrue(Math.abs(ratio - 1) < TOLERANCE, "name, estimated, measured: " + line);
    }
  }

  @Test
  void largerPicturesNeedMoreOfEveryNetworkThatMakesThem() {
    List<Inspection> small = Inspection.of(ModelFolder.of(tiny), PictureSize.parse("96x64"));
    List<Inspection> large = Inspection.of(ModelFolder.of(tiny), PictureSize.parse("960x640"));

    for (int i = 0; i < small.size(); i++) {
      boolean tower = small.get(i).name().endsWith("_encoder");
      assertTrue(small.get(i).runningBytes() > 0, small.get(i).name());
      assertEquals(
          tower, small.get(i).runningBytes() == large.get(i).runningBytes(), small.get(i).name());
    }
  }

  @Test
  void sizesAreReadAsHeightAndWidth() {
    assertEquals(new PictureSize(960, 640), PictureSize.parse("960x640"));
    assertEquals(new PictureSize(512, 512), PictureSize.parse("512"));
    assertThrows(IllegalArgumentException.class, () -> PictureSize.parse("0x640"));
  }

  /** What {@link MemoryProbe} prints. */
  private List<String> probe() throws IOException, InterruptedException {
    Path out = folder.resolve("out.txt");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xms96m",
            "-Xmx96m",
            "-XX:+AlwaysPreTouch",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-Dlogback.configurationFile=" + System.getProperty("logback.configurationFile"),
            "-Dvoxelmill.log=WARN",
            "-cp",
            System.getProperty("java.class.path"),
            MemoryProbe.class.getName(),
            tiny.toString());
    // Whatever is larger than this is mapped by itself, and unmapped when it is freed.
    builder.environment().put("MALLOC_MMAP_THRESHOLD_", "65536");
    Process process =
        builder.redirectOutput(out.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      assertEquals(0, process.waitFor());
    } finally {
      process.destroyForcibly();
    }
    return Files.readAllLines(out);
  }
}
