package dev.voxelmill.gpu.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
  @TempDir Path directory;

  @Test
  void whatIsThereIsReplaced() throws IOException {
    Path file = Files.writeString(directory.resolve("weights"), "what was there before");

    WholeFile.write(file, channel -> WholeFile.drain(bytes("new"), channel));

    assertEquals("new", Files.readString(file));
    assertEquals(List.of(file), files());
  }

  @Test
  void aWriteThatFailsHalfwayLeavesWhatWasThere() throws IOException {
    Path file = Files.writeString(directory.resolve("weights"), "old");

    IOException failure =
        assertThrows(
            IOException.class,
            () ->
                WholeFile.write(
                    file,
                    channel -> {
                      WholeFile.drain(bytes("half"), channel);
                      throw new IOException("no room");
                    }));

    assertEquals("no room", failure.getMessage());
    assertEquals("old", Files.readString(file));
    assertEquals(List.of(file), files());
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
