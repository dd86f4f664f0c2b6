package dev.voxelmill.gpu.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.voxelmill.gpu.engine.StoredType;
import dev.voxelmill.gpu.nn.diffusers.PrintOptions;
import dev.voxelmill.gpu.nn.folder.ModelFolderException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Writes a folder with the configurations of a public model and random weights of its shapes. Its
 * tokenizer knows bytes and no words, enough for the empty text.
 */
public final class Synthesis {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BYTES = 256;

  private Synthesis() {}

  /**
   * Writes the folder, which must be empty or not there.
   *
   * @param type F16 or F32
   * @param progress is told each file when it is written
   */
  public static void write(
      Path folder, Likeness like, StoredType type, long seed, Consumer<Path> progress) {
    requireEmpty(folder);
    try {
      for (Map.Entry<String, JsonNode> file : like.files().entrySet()) {
        Path path = folder.resolve(file.getKey());
        Files.createDirectories(path.getParent());
        JSON.writerWithDefaultPrettyPrinter().writeValue(path.toFile(), file.getValue());
      }
      if (like.files().containsKey("tokenizer/tokenizer_config.json")) {
        tokenizer(folder.resolve("tokenizer"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + folder, e);
    }
    for (ModelFolder.Part part : ModelFolder.of(folder).networks()) {
      Path file = part.folder().resolve(part.kind().stem() + ".safetensors");
      new RandomWeights(type, seed)
          .write(file, part.kind().print(part.folder(), PrintOptions.PLAIN).parameters());
      progress.accept(file);
    }
  }

  private static void requireEmpty(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      if (files.findAny().isPresent()) {
        throw new ModelFolderException(
            folder, "folder", "not empty", "an empty or a new one", "name another");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
  }

  /**
   * Every byte, alone and at the end of a word, under the printable characters of OpenAI's table.
   */
  private static void tokenizer(Path folder) throws IOException {
    ObjectNode vocabulary = JSON.createObjectNode();
    for (String ending : new String[] {"", "</w>"}) {
      int moved = BYTES;
      for (int value = 0; value < BYTES; value++) {
        boolean printable =
            (value >= '!' && value <= '~')
                || (value >= 0xa1 && value <= 0xac)
                || (value >= 0xae && value <= 0xff);
        int character = printable ? value : moved++;
        vocabulary.put((char) character + ending, vocabulary.size());
      }
    }
    vocabulary.put("<|startoftext|>", vocabulary.size());
    vocabulary.put("<|endoftext|>", vocabulary.size());
    JSON.writeValue(folder.resolve("vocab.json").toFile(), vocabulary);
    Files.writeString(folder.resolve("merges.txt"), "#version: 0.2\n");
  }
}
