package dev.voxelmill.gpu.clip;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.voxelmill.gpu.fixtures.FixtureCase;
import dev.voxelmill.gpu.fixtures.FixtureCases;
import dev.voxelmill.gpu.nn.folder.ModelFolderException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClipTokenizerTest {
  private static final OpenAiVocabulary VOCABULARY = new OpenAiVocabulary();

  @Test
  void everyRecordedTextIsFixedAsByFtfy() {
    for (FixtureCase one : FixtureCases.of("clip_tokenizer")) {
      for (JsonNode text : one.description().get("cases")) {
        assertEquals(text.get("fixed_text").asText(), TextCleaning.fix(text.get("text").asText()));
      }
    }
  }

  @Test
  void aLongTextIsCutAndStillEnds() {
    int[] numbers =
        VOCABULARY.tokenizer(TextCleaning.TRANSFORMERS, "!").encode("word ".repeat(200));

    assertEquals(77, numbers.length);
    assertEquals(49407, numbers[76]);
  }

  @Test
  void wronglyDecodedBytesStayAsTheyAre() {
    assertEquals("\u00c3\u00a9", TextCleaning.fix("\u00c3\u00a9"));
  }

  @Test
  void controlCharactersThatWindowsPrintsAreItsSigns() {
    assertEquals("d\u2026e", TextCleaning.fix("d\u0085e"));
    assertEquals("it's \u20ac5", TextCleaning.fix("it\u0092s \u00805"));
    assertEquals("a\u0081b", TextCleaning.fix("a\u0081b"));
  }

  @Test
  void entitiesAreTextWhereTheTextMayBeHtml() {
    assertEquals("<b> &amp;", TextCleaning.TRANSFORMERS.clean("<b> &amp;"));
    assertEquals("<b> &", TextCleaning.OPENAI.clean("<b> &amp;amp"));
  }

  @Test
  void aFolderOfEitherLayoutGivesTheSameNumbers(@TempDir Path folder) throws IOException {
    ObjectMapper json = new ObjectMapper();
    Path two = Files.createDirectory(folder.resolve("two"));
    Path single = Files.createDirectory(folder.resolve("single"));
    String merges =
        VOCABULARY.merges.stream()
            .map(pair -> pair.left() + " " + pair.right())
            .collect(Collectors.joining("\n", "#version: 0.2\n", "\n"));
    Files.writeString(two.resolve("merges.txt"), merges);
    json.writeValue(two.resolve("vocab.json").toFile(), VOCABULARY.numbers);
    Files.writeString(two.resolve("tokenizer_config.json"), "{\"pad_token\": \"<|endoftext|>\"}");
    Files.writeString(two.resolve("special_tokens_map.json"), "{\"pad_token\": \"!\"}");
    json.writeValue(
        single.resolve("tokenizer.json").toFile(),
        Map.of(
            "model",
            Map.of(
                "vocab",
                VOCABULARY.numbers,
                "merges",
                VOCABULARY.merges.stream()
                    .map(pair -> List.of(pair.left(), pair.right()))
                    .toList())));
    Files.writeString(
        single.resolve("tokenizer_config.json"), "{\"pad_token\": {\"content\": \"!\"}}");

    ClipTokenizer read = ClipTokenizer.read(two);

    assertEquals(0, read.pad());
    assertArrayEquals(
        VOCABULARY.tokenizer(TextCleaning.TRANSFORMERS, "!").encode("A photo of a cat"),
        read.encode("A photo of a cat"));
    assertArrayEquals(read.encode("caf\u00e9"), ClipTokenizer.read(single).encode("caf\u00e9"));
  }

  @Test
  void aFolderWithoutAVocabularyIsRefusedByName(@TempDir Path folder) throws IOException {
    assertEquals(
        "files", assertThrows(ModelFolderException.class, () -> ClipTokenizer.read(folder)).key());

    Files.writeString(folder.resolve("vocab.json"), "{\"a\": 0}");
    Files.writeString(folder.resolve("merges.txt"), "#version\na b c\n");
    assertEquals(
        "merge", assertThrows(ModelFolderException.class, () -> ClipTokenizer.read(folder)).key());
    Files.writeString(folder.resolve("merges.txt"), "#version\n");
    assertEquals(
        "<|startoftext|>",
        assertThrows(ModelFolderException.class, () -> ClipTokenizer.read(folder)).key());
  }
}
