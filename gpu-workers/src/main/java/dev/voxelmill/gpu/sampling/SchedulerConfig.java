package dev.voxelmill.gpu.sampling;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A {@code scheduler_config.json} as diffusers writes it: which sampler, and the values that differ
 * from its defaults. A key that the sampler does not know has no effect, as in the library.
 *
 * @param source name for messages
 * @param values the parsed object; a null value counts as absent
 */
public record SchedulerConfig(String source, JsonNode values) {
  /** Python writes an infinite default as a bare word. */
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private static final String FIX = "correct the file";

  public SchedulerConfig {
    requireNonNull(source, "source");
    if (!values.isObject()) {
      throw new SamplerConfigException(
          source, "content", values.getNodeType().toString(), "a JSON object", FIX);
    }
  }

  /**
   * Reads a file.
   *
   * @throws SamplerConfigException when it is missing or no JSON object
   */
  public static SchedulerConfig read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new SamplerConfigException(
          file.toString(), "file", "missing", "a file", "point to a complete diffusers folder");
    }
    try {
      return new SchedulerConfig(file.toString(), JSON.readTree(Files.readAllBytes(file)));
    } catch (JsonProcessingException e) {
      throw new SamplerConfigException(
          file.toString(), "content", e.getOriginalMessage(), "a JSON object", FIX);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /** The same with one setting replaced. */
  public SchedulerConfig with(String key, String value) {
    ObjectNode changed = values.deepCopy();
    return new SchedulerConfig(source, changed.put(key, value));
  }

  boolean has(String key) {
    return values.hasNonNull(key);
  }

  int whole(String key, int otherwise, int least, int most) {
    if (!has(key)) {
      return otherwise;
    }
    JsonNode node = values.get(key);
    if (!node.isIntegralNumber()
        || !node.canConvertToInt()
        || node.intValue() < least
        || node.intValue() > most) {
      throw wrong(key, "a whole number in " + least + ".." + most);
    }
    return node.intValue();
  }

  double real(String key, double otherwise) {
    if (!has(key)) {
      return otherwise;
    }
    if (!values.get(key).isNumber()) {
      throw wrong(key, "a number");
    }
    return values.get(key).doubleValue();
  }

  boolean flag(String key, boolean otherwise) {
    if (!has(key)) {
      return otherwise;
    }
    if (!values.get(key).isBoolean()) {
      throw wrong(key, "true or false");
    }
    return values.get(key).booleanValue();
  }

  /** One of a few words, each of which means something. */
  <T> T choice(String key, String otherwise, Map<String, T> meanings) {
    String word = has(key) ? values.get(key).asText() : otherwise;
    T meaning = meanings.get(word);
    if (meaning == null) {
      throw wrong(key, "one of " + meanings.keySet().stream().sorted().toList());
    }
    return meaning;
  }

  /** Refuses a setting that changes the result and is not carried out here. */
  void refuse(String key, String rule) {
    if (has(key) && !(values.get(key).isBoolean() && !values.get(key).booleanValue())) {
      throw wrong(key, rule);
    }
  }

  SamplerConfigException wrong(String key, String rule) {
    String found = values.has(key) ? values.get(key).toString() : "absent";
    return new SamplerConfigException(source, key, found, rule, FIX);
  }
}
