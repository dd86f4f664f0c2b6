package dev.voxelmill.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.voxelmill.protocols.topic.JsonCodec;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Zero123++ over real processes, from the command line to the files: six views, depths that hold
 * them, a mesh, and a licence that is not allowed. The models are noise of the right shape.
 */
class CanvasStoryTest {
  private static final Path RECORDED =
      Launcher.home().resolve("src/test/fixtures/zero123plus_pipeline");

  private static RunningSystem system;

  @TempDir Path directory;

  @BeforeAll
  static void start(@TempDir Path systemDirectory) throws Exception {
    Path models = systemDirectory.resolve("models");
    Launcher.Ended made =
        Launcher.run(
            systemDirectory,
            RunningSystem.JOB_LIMIT,
            "models",
            "synth",
            "--like",
            "tiny",
            models.resolve("tiny").toString());
    assertEquals(0, made.exitCode(), made.err());
    Files.createSymbolicLink(models.resolve("zero123plus-v1.1"), RECORDED.resolve("pipeline"));
    Files.createSymbolicLink(
        models.resolve("controlnet-zp11-depth-v1"), RECORDED.resolve("controlnet"));
    system =
        RunningSystem.start(
            systemDirectory,
            1,
            Map.of(
                "VOXELMILL_MODELS",
                models.toString(),
                "JDK_JAVA_OPTIONS",
                "-Dlicences.allow.0=OpenRAIL -Dlicences.allow.1=unstated -Dlicences.allow.2=Apache-2.0"));
  }

  @AfterAll
  static void stop() throws Exception {
    if (system != null) {
      system.close();
    }
  }

  @Test
  void aPictureBecomesSixViewsWithTheCamerasOfTheEdition() throws Exception {
    Path out = directory.resolve("views");

    system.deliver("views", out, firstEdition());

    BufferedImage canvas = ImageIO.read(out.resolve("canvas.png").toFile());
    assertEquals(List.of(64, 96), List.of(canvas.getWidth(), canvas.getHeight()));
    assertEquals(List.of(30.0, -20.0, 30.0, -20.0, 30.0, -20.0), elevations(out));
    for (int view = 1; view <= 6; view++) {
      BufferedImage picture = ImageIO.read(out.resolve("view-00" + view + ".png").toFile());
      assertEquals(32, picture.getWidth());
    }
    assertEquals("OpenRAIL", manifest(out).at("/models/0/licence").asText());
  }

  @Test
  void depthsHoldTheCanvasAndTheirNetworkIsNamed() throws Exception {
    Path depth = directory.resolve("depth.png");
    BufferedImage slope = new BufferedImage(64, 96, BufferedImage.TYPE_INT_RGB);
    for (int pixel = 0; pixel < 64 * 96; pixel++) {
      slope.setRGB(pixel % 64, pixel / 64, 0x010101 * (2 * (pixel % 64) + pixel / 64));
    }
    assertTrue(ImageIO.write(slope, "png", depth.toFile()));
    Path free = directory.resolve("free");
    Path held = directory.resolve("held");

    system.deliver("free", free, firstEdition());
    system.deliver("held", held, firstEdition("--depth", depth.toString()));

    assertFalse(
        Arrays.equals(
            Files.readAllBytes(free.resolve("canvas.png")),
            Files.readAllBytes(held.resolve("canvas.png"))));
    assertEquals(1, manifest(free).get("models").size());
    assertEquals("controlnet-zp11-depth-v1", manifest(held).at("/models/1/name").asText());
  }

  @Test
  void theViewsOfASyntheticFolderBecomeAMesh() throws Exception {
    Path out = directory.resolve("shape");

    system.deliver(
        "shape",
        out,
        "--method",
        "zero123plus-3d",
        "model=tiny",
        "canvas.viewPx=32",
        "denoise.steps=4",
        "project.fitSteps=4",
        "distill.steps=4",
        "grid.size=16");

    byte[] glb = Files.readAllBytes(out.resolve("asset.glb"));
    assertEquals("glTF", new String(glb, 0, 4, StandardCharsets.US_ASCII));
    assertEquals("tiny", manifest(out).at("/models/0/name").asText());
    assertEquals(List.of(20.0, -10.0, 20.0, -10.0, 20.0, -10.0), elevations(out));
  }

  @Test
  void aModelWhoseLicenceIsNotAllowedCostsNothing() throws Exception {
    Launcher.Ended refused =
        system.submit("refused", "--method", "zero123plus", "model=zero123plus-v1.2", "--wait");

    assertEquals(1, refused.exitCode(), refused.out());
    assertTrue(refused.out().contains("CC-BY-NC-4.0"), refused.out());
  }

  private static String[] firstEdition(String... more) {
    List<String> words = new ArrayList<>(List.of("--method", "zero123plus"));
    words.addAll(List.of("model=zero123plus-v1.1", "canvas.cameras=v1.1"));
    words.addAll(List.of("canvas.viewPx=32", "denoise.steps=4"));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  private static List<Double> elevations(Path asset) throws IOException {
    JsonNode cameras = JsonCodec.mapper().readTree(asset.resolve("cameras.json").toFile());
    return StreamSupport.stream(cameras.get("views").spliterator(), false)
        .map(view -> view.get("elevationDeg").asDouble())
        .toList();
  }

  private static JsonNode manifest(Path asset) throws IOException {
    return JsonCodec.mapper().readTree(asset.resolve("manifest.json").toFile());
  }
}
