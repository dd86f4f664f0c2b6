package dev.voxelmill.gpu.engine;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parsed and checked header of a safetensors file.
 *
 * <p>The header is JSON: {@code {"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0,
 * 24]}, .., "__metadata__": {"key": "text"}}}. It is read as a stream under fixed limits, so a
 * hostile one costs the memory of its legitimate part and no more. After parsing, the tensors must
 * tile the data exactly: in order of offset each starts where the one before ended, and the last
 * ends with the file, which leaves no room for overlaps, holes or hidden bytes.
 */
final class SafeTensorsHeader {
  /** The format's own limit. */
  static final long MAX_HEADER_BYTES = 100_000_000;

  /** Thirty times what the largest networks of this field have. */
  static final int MAX_TENSORS = 65_536;

  static final int MAX_NAME_CHARS = 1024;
  static final int MAX_METADATA_CHARS = 1 << 20;
  static final int MAX_RANK = 16;

  private static final String METADATA = "__metadata__";

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(4)
                  .maxNameLength(MAX_NAME_CHARS)
                  .maxStringLength(MAX_METADATA_CHARS)
                  .maxNumberLength(20)
                  .build())
          .build();

  private final String file;
  private final Map<String, SafeTensors.Entry> entries = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private boolean metadataSeen;
  private long metadataChars;

  private SafeTensorsHeader(String file) {
    this.file = file;
  }

  /**
   * Reads the header.
   *
   * @param json exactly the header's bytes
   * @param dataBytes bytes that follow the header
   */
  static SafeTensorsHeader parse(String file, InputStream json, long dataBytes) {
    SafeTensorsHeader header = new SafeTensorsHeader(file);
    var utf8 =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    try (JsonParser parser = JSON.createParser(new InputStreamReader(json, utf8))) {
      header.object(parser);
    } catch (CharacterCodingException e) {
      throw header.broken("header", e.toString(), "UTF-8", e);
    } catch (IOException e) {
      throw header.broken("header", e.getMessage(), "one JSON object within the limits", e);
    }
    header.requireTiling(dataBytes);
    return header;
  }

  /** Tensors by name, in the order of the header. */
  Map<String, SafeTensors.Entry> entries() {
    return Collections.unmodifiableMap(entries);
  }

  Map<String, String> metadata() {
    return Collections.unmodifiableMap(metadata);
  }

  private void object(JsonParser parser) throws IOException {
    expect(parser.nextToken(), JsonToken.START_OBJECT, "header");
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      parser.nextToken();
      if (key.equals(METADATA)) {
        metadata(parser);
      } else {
        tensor(parser, key);
      }
    }
    if (parser.nextToken() != null) {
      throw broken("header", "text after the object", "spaces only");
    }
  }

  private void metadata(JsonParser parser) throws IOException {
    if (metadataSeen) {
      throw broken(METADATA, "a second one", "each key once");
    }
    metadataSeen = true;
    expect(parser.currentToken(), JsonToken.START_OBJECT, METADATA);
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      expect(parser.nextToken(), JsonToken.VALUE_STRING, METADATA + "." + key);
      String value = parser.getText();
      metadataChars += key.length() + value.length();
      if (metadataChars > MAX_METADATA_CHARS) {
        throw broken(METADATA, "longer", "at most " + MAX_METADATA_CHARS + " characters");
      }
      if (metadata.put(key, value) != null) {
        throw broken(METADATA + "." + key, "a second one", "each key once");
      }
    }
  }

  private void tensor(JsonParser parser, String name) throws IOException {
    if (entries.size() == MAX_TENSORS) {
      throw broken(name, "one more", "at most " + MAX_TENSORS + " tensors");
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
      throw broken("header", "a name with half a surrogate pair", "names that UTF-8 can write");
    }
    expect(parser.currentToken(), JsonToken.START_OBJECT, name);
    Fields fields = new Fields(name);
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      fields.read(parser);
    }
    if (entries.put(name, fields.entry()) != null) {
      throw broken(name, "a second one", "each name once");
    }
  }

  private void requireTiling(long dataBytes) {
    List<Map.Entry<String, SafeTensors.Entry>> inOrder = new ArrayList<>(entries.entrySet());
    inOrder.sort(
        Comparator.comparingLong(
                (Map.Entry<String, SafeTensors.Entry> tensor) -> tensor.getValue().begin())
            .thenComparingLong(tensor -> tensor.getValue().end()));
    long end = 0;
    for (Map.Entry<String, SafeTensors.Entry> tensor : inOrder) {
      if (tensor.getValue().begin() != end) {
        throw broken(
            tensor.getKey(),
            "begins at " + tensor.getValue().begin(),
            "no hole or overlap: begin at " + end);
      }
      end = tensor.getValue().end();
    }
    if (end != dataBytes) {
      throw broken("data", dataBytes + " bytes", "the tensors' " + end + " bytes and no others");
    }
  }

  private void expect(JsonToken found, JsonToken expected, String key) {
    if (found != expected) {
      throw broken(key, String.valueOf(found), expected.toString());
    }
  }

  private SafeTensorsException broken(String key, String found, String rule) {
    return new SafeTensorsException(file, key, found, rule);
  }

  private SafeTensorsException broken(String key, String found, String rule, IOException cause) {
    SafeTensorsException broken = broken(key, found, rule);
    broken.initCause(cause);
    return broken;
  }

  /** The three fields of one tensor while they are collected. */
  private final class Fields {
    private final String name;
    private StoredType type;
    private List<Long> shape;
    private List<Long> offsets;

    Fields(String name) {
      this.name = name;
    }

    void read(JsonParser parser) throws IOException {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "dtype" -> {
          requireFirst(type == null, field);
          expect(parser.currentToken(), JsonToken.VALUE_STRING, name + ".dtype");
          String text = parser.getText();
          type =
              StoredType.spelled(text)
                  .orElseThrow(
                      () ->
                          broken(
                              name + ".dtype",
                              text.substring(0, Math.min(16, text.length())),
                              "one of " + List.of(StoredType.values())));
        }
        case "shape" -> {
          requireFirst(shape == null, field);
          shape = numbers(parser, name + ".shape", MAX_RANK);
        }
        case "data_offsets" -> {
          requireFirst(offsets == null, field);
          offsets = numbers(parser, name + ".data_offsets", 2);
        }
        default -> throw broken(name, field, "the fields dtype, shape and data_offsets");
      }
    }

    private void requireFirst(boolean first, String field) {
      if (!first) {
        throw broken(name + "." + field, "a second one", "each field once");
      }
    }

    private List<Long> numbers(JsonParser parser, String key, int max) throws IOException {
      expect(parser.currentToken(), JsonToken.START_ARRAY, key);
      List<Long> numbers = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        expect(parser.currentToken(), JsonToken.VALUE_NUMBER_INT, key);
        if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
            || parser.getLongValue() < 0) {
          throw broken(key, parser.getText(), "0 .. 2^63 - 1");
        }
        if (numbers.size() == max) {
          throw broken(key, "longer", "at most " + max + " numbers");
        }
        numbers.add(parser.getLongValue());
      }
      return numbers;
    }

    SafeTensors.Entry entry() {
      if (type == null || shape == null || offsets == null) {
        throw broken(name, "a field is missing", "the fields dtype, shape and data_offsets");
      }
      if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
        throw broken(name + ".data_offsets", offsets.toString(), "[begin, end], begin <= end");
      }
      long begin = offsets.get(0);
      long end = offsets.get(1);
      if (end - begin != bytes()) {
        throw broken(
            name + ".data_offsets",
            (end - begin) + " bytes",
            bytes() + " bytes of " + type + " " + shape);
      }
      long[] dims = shape.stream().mapToLong(Long::longValue).toArray();
      return new SafeTensors.Entry(type, new Shape(dims), begin, end);
    }

    private long bytes() {
      try {
        return shape.stream().reduce((long) type.bytes(), Math::multiplyExact);
      } catch (ArithmeticException e) {
        throw broken(name + ".shape", shape.toString(), "fewer than 2^63 bytes");
      }
    }
  }
}
