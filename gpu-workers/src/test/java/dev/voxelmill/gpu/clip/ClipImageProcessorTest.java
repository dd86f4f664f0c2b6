package dev.voxelmill.gpu.clip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.voxelmill.gpu.clip.ClipImageProcessor.Planes;
import dev.voxelmill.gpu.nn.folder.ModelFolderException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClipImageProcessorTest {
  private static ClipImageProcessor processor(String json) {
    try {
      return ClipImageProcessor.of(
          Path.of("test.json"), new ObjectMapper().readTree(json.replace('\'', '"')));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  private static RgbPixels grey(int width, int height, int value) {
    byte[] rgb = new byte[3 * width * height];
    Arrays.fill(rgb, (byte) value);
    return new RgbPixels(width, height, rgb);
  }

  @Test
  void withoutSettingsThePictureIsTheTowersUsualSize() {
    Planes planes = processor("{}").process(grey(300, 250, 128));

    assertEquals(224, planes.height());
    assertEquals(224, planes.width());
    assertEquals((128 / 255.0 - 0.48145466) / 0.26862954, planes.values()[0], 1e-6);
  }

  @Test
  void onePixelBecomesAPicture() {
    Planes planes = processor("{'size': 8, 'crop_size': 8}").process(grey(1, 1, 255));

    assertEquals(3 * 64, planes.values().length);
    assertEquals(planes.values()[0], planes.values()[63]);
  }

  @Test
  void aCropBeyondThePictureHasBlackBorders() {
    Planes planes =
        processor(
                "{'do_resize': false, 'do_normalize': false, 'crop_size': {'height': 4, 'width': 2}}")
            .process(grey(2, 1, 255));

    assertEquals(0, planes.values()[2]);
    assertEquals(1, planes.values()[4]);
    assertEquals(0, planes.values()[6]);
  }

  @Test
  void whatCannotBeCarriedOutIsRefusedByItsKey() {
    Map<String, String> wrong =
        Map.of(
            "resample", "{'resample': 0}",
            "size", "{'size': {'shortest_edge': 0}}",
            "size.height", "{'size': {'width': 4}}",
            "crop_size", "{'crop_size': 'large'}",
            "image_mean", "{'image_mean': [0.5, 0.5]}",
            "image_std", "{'image_std': [0.5, 0, 0.5]}");

    wrong.forEach(
        (key, json) ->
            assertEquals(
                key, assertThrows(ModelFolderException.class, () -> processor(json)).key()));
  }

  @Test
  void anEdgeThatWouldGrowWithoutBoundIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> processor("{}").process(grey(1, 10_000, 0)));
  }
}
