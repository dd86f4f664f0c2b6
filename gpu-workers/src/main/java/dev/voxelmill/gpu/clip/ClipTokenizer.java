package dev.voxelmill.gpu.clip;

import com.fasterxml.jackson.databind.JsonNode;
import dev.voxelmill.gpu.clip.BytePairs.Pair;
import dev.voxelmill.gpu.nn.folder.ModelFolderException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns a text into the token numbers that a CLIP text tower reads; safe for several threads. */
public final class ClipTokenizer {
  private static final String FIX = "correct the file";
  private static final String START = "<|startoftext|>";
  private static final String END = "<|endoftext|>";
  private static final int DEFAULT_LENGTH = 77;
  private static final int LONGEST = 100_000;

  /** A word, as the authors' regular expression cuts them; digits stand alone. */
  private static final Pattern WORD =
      Pattern.compile(
          "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d"
              + "|\\p{L}+|\\p{N}|[^\\s\\p{L}\\p{N}]+",
          Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CHARACTER_CLASS);

  private final BytePairs pairs;
  private final TextCleaning cleaning;
  private final int start;
  private final int end;
  private final int pad;
  private final int length;

  ClipTokenizer(
      Map<String, Integer> vocabulary,
      List<Pair> merges,
      TextCleaning cleaning,
      String pad,
      int length) {
    this.cleaning = cleaning;
    this.length = length;
    start = require(vocabulary, START);
    end = require(vocabulary, END);
    this.pad = require(vocabulary, pad);
    Map<Pair, Integer> ranks = new HashMap<>();
    merges.forEach(pair -> ranks.putIfAbsent(pair, ranks.size()));
    pairs = new BytePairs(vocabulary, ranks, Optional.of(end));
  }

  private static int require(Map<String, Integer> vocabulary, String token) {
    Integer id = vocabulary.get(token);
    if (id == null) {
      throw new ModelFolderException(
          Path.of("vocabulary"), token, "absent", "a number for this token", FIX);
    }
    return id;
  }

  /**
   * Reads a folder: {@code vocab.json} and {@code merges.txt}, or else {@code tokenizer.json}; the
   * padding token from {@code special_tokens_map.json} or else {@code tokenizer_config.json}.
   *
   * @throws ModelFolderException naming the file and what is wrong in it
   */
  public static ClipTokenizer read(Path folder) {
    JsonNode settings = FolderJson.readIfPresent(folder.resolve("tokenizer_config.json"));
    JsonNode special = FolderJson.readIfPresent(folder.resolve("special_tokens_map.json"));
    String pad = token(special, "pad_token").or(() -> token(settings, "pad_token")).orElse(END);
    int length = settings.path("model_max_length").asInt(DEFAULT_LENGTH);
    if (length < 2 || length > LONGEST) {
      length = DEFAULT_LENGTH;
    }
    if (Files.exists(folder.resolve("vocab.json"))) {
      return new ClipTokenizer(
          numbers(folder.resolve("vocab.json"), FolderJson.read(folder.resolve("vocab.json"))),
          lines(folder.resolve("merges.txt")),
          TextCleaning.TRANSFORMERS,
          pad,
          length);
    }
    Path file = folder.resolve("tokenizer.json");
    if (!Files.exists(file)) {
      throw new ModelFolderException(
          folder, "files", "none", "vocab.json and merges.txt, or tokenizer.json", FIX);
    }
    JsonNode content = FolderJson.read(file);
    Map<String, Integer> vocabulary =
        new HashMap<>(numbers(file, content.path("model").path("vocab")));
    for (JsonNode added : content.path("added_tokens")) {
      vocabulary.put(added.path("content").asText(), added.path("id").asInt());
    }
    return new ClipTokenizer(
        vocabulary,
        merges(file, content.path("model").path("merges")),
        TextCleaning.TRANSFORMERS,
        pad,
        length);
  }

  /** A token that stands as a word or as an object with its content. */
  private static Optional<String> token(JsonNode settings, String key) {
    JsonNode node = settings.path(key);
    String text = node.isObject() ? node.path("content").asText() : node.asText();
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  private static Map<String, Integer> numbers(Path file, JsonNode node) {
    Map<String, Integer> vocabulary = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      if (!entry.getValue().isInt() || entry.getValue().intValue() < 0) {
        throw new ModelFolderException(
            file, entry.getKey(), entry.getValue().toString(), "a whole number from 0 on", FIX);
      }
      vocabulary.put(entry.getKey(), entry.getValue().intValue());
    }
    return vocabulary;
  }

  private static List<Pair> merges(Path file, JsonNode list) {
    List<Pair> merges = new ArrayList<>();
    for (JsonNode merge : list) {
      merges.add(
          merge.isArray()
              ? new Pair(merge.path(0).asText(), merge.path(1).asText())
              : pair(file, merge.asText()));
    }
    return merges;
  }

  private static List<Pair> lines(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new ModelFolderException(file, "file", "missing", "a file beside vocab.json", FIX);
    }
    try {
      return Files.readAllLines(file, StandardCharsets.UTF_8).stream()
          .filter(line -> !line.startsWith("#version") && !line.isBlank())
          .map(line -> pair(file, line))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private static Pair pair(Path file, String line) {
    String[] parts = line.split(" ", -1);
    if (parts.length != 2) {
      throw new ModelFolderException(file, "merge", line, "two pieces apart by one blank", FIX);
    }
    return new Pair(parts[0], parts[1]);
  }

  /** Tokens of every answer of {@link #encode}. */
  public int length() {
    return length;
  }

  /** The token that fills up a short text. */
  public int pad() {
    return pad;
  }

  /**
   * The numbers of a text: start, pieces, end, padding.
   *
   * @return exactly {@link #length} numbers; a longer text is cut, its last number is the end
   */
  public int[] encode(String text) {
    int[] padded = new int[length];
    Arrays.fill(padded, pad);
    List<Integer> tokens = tokens(text);
    for (int i = 0; i < Math.min(tokens.size(), length); i++) {
      padded[i] = tokens.get(i);
    }
    if (tokens.size() > length) {
      padded[length - 1] = end;
    }
    return padded;
  }

  /** The numbers of a text, however many: start, pieces, end. */
  List<Integer> tokens(String text) {
    List<Integer> tokens = new ArrayList<>(List.of(start));
    Matcher word = WORD.matcher(cleaning.clean(text));
    while (word.find()) {
      switch (word.group()) {
        case START -> tokens.add(start);
        case END -> tokens.add(end);
        default -> tokens.addAll(pairs.encode(word.group()));
      }
    }
    tokens.add(end);
    return tokens;
  }
}
