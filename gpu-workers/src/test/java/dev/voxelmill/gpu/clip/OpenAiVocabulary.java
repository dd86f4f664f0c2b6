package dev.voxelmill.gpu.clip;

import dev.voxelmill.gpu.clip.BytePairs.Pair;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * The vocabulary that CLIP was published with: openai/CLIP, clip/bpe_simple_vocab_16e6.txt.gz (MIT
 * licence, Copyright (c) 2021 OpenAI); diffusers folders carry the same in two files.
 */
public final class OpenAiVocabulary {
  private static final int MERGES = 48_894;

  final List<Pair> merges;
  final Map<String, Integer> numbers = new LinkedHashMap<>();

  OpenAiVocabulary() {
    merges = readMerges();
    List<String> bytes = characters();
    bytes.forEach(this::add);
    bytes.forEach(one -> add(one + "</w>"));
    merges.forEach(pair -> add(pair.left() + pair.right()));
    add("<|startoftext|>");
    add("<|endoftext|>");
  }

  /** The tokenizer of openai/CLIP. */
  public static ClipTokenizer openAi() {
    return new OpenAiVocabulary().tokenizer(TextCleaning.OPENAI, "<|endoftext|>");
  }

  /** The tokenizer of transformers, as Stable Diffusion 1 pads. */
  public static ClipTokenizer transformers() {
    return new OpenAiVocabulary().tokenizer(TextCleaning.TRANSFORMERS, "<|endoftext|>");
  }

  private void add(String token) {
    numbers.put(token, numbers.size());
  }

  ClipTokenizer tokenizer(TextCleaning cleaning, String pad) {
    return new ClipTokenizer(numbers, merges, cleaning, pad, 77);
  }

  /** Printable bytes first, then what stands for the others. */
  private static List<String> characters() {
    List<String> printable = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (int one = 0; one < 256; one++) {
      if ((one >= '!' && one <= '~') || (one >= 0xa1 && one != 0xad)) {
        printable.add(Character.toString(one));
      } else {
        others.add(Character.toString(256 + others.size()));
      }
    }
    printable.addAll(others);
    return printable;
  }

  private static List<Pair> readMerges() {
    try (var file =
            new GZIPInputStream(
                OpenAiVocabulary.class.getResourceAsStream("bpe_simple_vocab_16e6.txt.gz"));
        var lines = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .skip(1)
          .limit(MERGES)
          .map(line -> line.split(" ", -1))
          .map(parts -> new Pair(parts[0], parts[1]))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
