package dev.voxelmill.gpu.parity;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import dev.voxelmill.gpu.clip.ClipTokenizer;
import dev.voxelmill.gpu.clip.OpenAiVocabulary;
import dev.voxelmill.gpu.fixtures.FixtureTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Texts and their token numbers, which the case keeps in its {@code case.json}: openai/CLIP's, and
 * transformers', which are the same unless the case lists them.
 */
final class TokenizerParity implements CaseKind {
  private static final String SAME = "hf_slow_same_as_openai_padded_with_49407";
  private static final String OPENAI = "openai_ids_unpadded";

  @Override
  public Answers answer(NDManager scope, Recording recording) {
    ClipTokenizer openAi = OpenAiVocabulary.openAi();
    ClipTokenizer transformers = OpenAiVocabulary.transformers();
    Answers answers = new Answers();
    expected(recording)
        .forEach(
            (name, tensor) -> {
              String text = text(recording, name);
              int[] numbers = (name.endsWith(OPENAI) ? openAi : transformers).encode(text);
              answers.put(
                  name, IntStream.of(numbers).limit(tensor.size()).asDoubleStream().toArray());
            });
    return answers;
  }

  private static String text(Recording recording, String name) {
    int index = Integer.parseInt(name.substring(0, name.indexOf(' ')));
    return recording.one().description().get("cases").get(index).get("text").asText();
  }

  @Override
  public Map<String, FixtureTensor> expected(Recording recording) {
    Map<String, FixtureTensor> expected = new LinkedHashMap<>();
    JsonNode cases = recording.one().description().get("cases");
    for (int i = 0; i < cases.size(); i++) {
      JsonNode one = cases.get(i);
      put(expected, i + " " + OPENAI, one.get(OPENAI));
      if (one.path(SAME).asBoolean()) {
        put(expected, i + " hf", one.get(OPENAI));
      }
      for (Map.Entry<String, JsonNode> field : one.properties()) {
        if (field.getKey().startsWith("hf_") && field.getValue().isArray()) {
          put(expected, i + " " + field.getKey(), field.getValue());
        }
      }
    }
    return expected;
  }

  private static void put(Map<String, FixtureTensor> expected, String name, JsonNode numbers) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Integer.BYTES * numbers.size()).order(ByteOrder.LITTLE_ENDIAN);
    numbers.forEach(number -> bytes.putInt(number.asInt()));
    expected.put(name, new FixtureTensor(name, "I32", List.of(numbers.size()), bytes));
  }
}
