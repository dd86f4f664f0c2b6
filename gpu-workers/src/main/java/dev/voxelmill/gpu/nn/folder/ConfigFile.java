package dev.voxelmill.gpu.nn.folder;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The settings of one JSON file. A setting that is absent and one that is null read alike, as they
 * do in the libraries that write such files.
 */
public final class ConfigFile {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long MAX_BYTES = 16L << 20;

  private final Path file;
  private final JsonNode root;

  private ConfigFile(Path file, JsonNode root) {
    this.file = file;
    this.root = root;
  }

  /** Reads a file that must hold one JSON object. */
  public static ConfigFile read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new ModelFolderException(
          file, "file", "missing", "a file", "point to a complete diffusers folder");
    }
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new ModelFolderException(
            file, "file", Files.size(file) + " bytes", "at most " + MAX_BYTES, "restore the file");
      }
      JsonNode root = JSON.readTree(file.toFile());
      if (!root.isObject()) {
        throw new ModelFolderException(
            file, "file", root.getNodeType().toString(), "a JSON object", "restore the file");
      }
      return new ConfigFile(file, root);
    } catch (JsonProcessingException e) {
      throw new ModelFolderException(
          file, "file", e.getOriginalMessage(), "JSON", "restore the file");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  public Path file() {
    return file;
  }

  /** Every setting as it stands there. */
  public JsonNode values() {
    return root;
  }

  /** The raw setting; a missing node when it is absent or null. */
  public JsonNode node(String key) {
    JsonNode node = root.path(key);
    return node.isNull() ? root.path("") : node;
  }

  public boolean has(String key) {
    return !node(key).isMissingNode();
  }

  /** Whether the setting is there and null, which is not the default of some. */
  public boolean hasNull(String key) {
    return root.path(key).isNull();
  }

  /** A positive integer, or the default of the library. */
  public int count(String key, int byDefault) {
    return has(key) ? count(key, node(key)) : byDefault;
  }

  /** A positive integer that the file must state. */
  public int count(String key) {
    return count(key, node(key));
  }

  /** One positive integer for each of n levels, stated once for all or level by level. */
  public List<Integer> counts(String key, int n, int byDefault) {
    JsonNode node = node(key);
    if (!node.isArray()) {
      return Collections.nCopies(n, count(key, byDefault));
    }
    List<Integer> counts = list(key);
    if (counts.size() != n) {
      throw wrong(key, node.toString(), "one number, or " + n + ", one for each block");
    }
    return counts;
  }

  /** A list of positive integers that the file must state. */
  public List<Integer> list(String key) {
    List<Integer> counts = new ArrayList<>();
    for (JsonNode element : node(key)) {
      counts.add(count(key, element));
    }
    if (counts.isEmpty()) {
      throw wrong(key, node(key).toString(), "a list of integers > 0");
    }
    return counts;
  }

  /** A list of strings that the file must state. */
  public List<String> names(String key) {
    List<String> names = new ArrayList<>();
    for (JsonNode element : node(key)) {
      if (!element.isTextual()) {
        throw wrong(key, element.toString(), "strings");
      }
      names.add(element.asText());
    }
    if (names.isEmpty()) {
      throw wrong(key, node(key).toString(), "a list of names");
    }
    return names;
  }

  public double real(String key, double byDefault) {
    if (has(key) && !node(key).isNumber()) {
      throw wrong(key, node(key).toString(), "a number");
    }
    return node(key).asDouble(byDefault);
  }

  public boolean flag(String key, boolean byDefault) {
    if (has(key) && !node(key).isBoolean()) {
      throw wrong(key, node(key).toString(), "true or false");
    }
    return node(key).asBoolean(byDefault);
  }

  public Optional<String> text(String key) {
    if (!has(key)) {
      return Optional.empty();
    }
    if (!node(key).isTextual()) {
      throw wrong(key, node(key).toString(), "a string");
    }
    return Optional.of(node(key).asText());
  }

  /** A string that must be one of these. */
  public String oneOf(String key, String byDefault, Collection<String> choices) {
    String value = text(key).orElse(byDefault);
    if (!choices.contains(value)) {
      throw wrong(key, value, "one of " + choices);
    }
    return value;
  }

  /** The class that the file is of must be this one. */
  public ConfigFile requireClass(String name) {
    String found = text("_class_name").orElse(name);
    if (!found.equals(name)) {
      throw wrong("_class_name", found, name);
    }
    return this;
  }

  /** Refuses settings that ask for what no network here does: each must be absent, false or 0. */
  public ConfigFile refuse(String... keys) {
    Arrays.stream(keys)
        .filter(this::has)
        .filter(key -> !node(key).isBoolean() || node(key).asBoolean())
        .findFirst()
        .ifPresent(
            key -> {
              throw wrong(key, node(key).toString(), "absent: it is not supported");
            });
    return this;
  }

  /** What to throw about a setting. */
  public ModelFolderException wrong(String key, String found, String rule) {
    return new ModelFolderException(
        file, key, found, rule, "use a checkpoint of a supported kind, or restore the file");
  }

  private int count(String key, JsonNode node) {
    if (!node.canConvertToInt() || !node.isIntegralNumber() || node.asInt() <= 0) {
      throw wrong(key, node.isMissingNode() ? "missing" : node.toString(), "an integer > 0");
    }
    return node.asInt();
  }
}
