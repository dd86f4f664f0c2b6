package dev.voxelmill.protocols.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every value of {@code conf} stands below a comment that says what it is and why it is so. */
class ReasonsTest {
  private static final Pattern KEY = Pattern.compile("\\s+[a-z][a-z0-9-]* *(=.*|\\{\\})");
  private static final Pattern COMMENT = Pattern.compile("\\s*#.*");

  /** Pekko's own keys are explained by Pekko; dispatchers and models have comments of their own. */
  private static final Pattern FOREIGN = Pattern.compile("(pekko|device-dispatcher|models) \\{");

  @Test
  void everyValueHasItsReasonBesideIt() throws IOException {
    List<String> bare = new ArrayList<>();
    try (Stream<Path> files = Files.walk(ConfFile.directory())) {
      for (Path file : files.filter(path -> path.toString().endsWith(".conf")).sorted().toList()) {
        bare.addAll(withoutReason(file));
      }
    }

    assertEquals(List.of(), bare);
  }

  private static List<String> withoutReason(Path file) throws IOException {
    List<String> bare = new ArrayList<>();
    boolean explained = false;
    boolean foreign = false;
    for (String line : Files.readAllLines(file)) {
      if (line.equals("}")) {
        foreign = false;
      }
      foreign |= FOREIGN.matcher(line).matches();
      if (line.isBlank() || line.endsWith("{")) {
        explained = false;
      } else if (COMMENT.matcher(line).matches()) {
        explained = true;
      } else if (KEY.matcher(line).matches() && !explained && !foreign) {
        bare.add(file.getFileName() + ": " + line.strip());
      }
    }
    return bare;
  }
}
