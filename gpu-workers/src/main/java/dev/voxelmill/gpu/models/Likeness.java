package dev.voxelmill.gpu.models;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Public models after whose shape a folder of random weights can be made. */
public enum Likeness {
  /** Stable Diffusion 1.5. */
  SD15,
  /** Stable Diffusion 2.1. */
  SD21,
  /** Zero-1-to-3. */
  ZERO123,
  /** Zero123++. */
  ZERO123PLUS,
  /** A UNet of a hundred million parameters, built as Stable Diffusion 2's. */
  SMALL,
  /** Every network of Zero123++, as small as can be. */
  TINY,
  /** Every network of Zero-1-to-3, as small as can be. */
  TINY_ZERO123;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The word of the command line, such as {@code tiny-zero123}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The JSON files of the folder, by their paths in it. */
  Map<String, JsonNode> files() {
    String resource = word() + ".json";
    try (InputStream in = Likeness.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new FileNotFoundException(resource + ": no such resource");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      Map<String, JsonNode> files = new LinkedHashMap<>();
      JSON.readTree(text).properties().forEach(file -> files.put(file.getKey(), file.getValue()));
      return files;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(resource, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
