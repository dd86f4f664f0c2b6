package dev.voxelmill.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The build runs a class of tests for its name; one of another name would be passed over. */
class TestNamesTest {
  private static final Pattern HAS_TESTS =
      Pattern.compile("^\\s*@(Test|ParameterizedTest|Property|ArchTest)\\b", Pattern.MULTILINE);

  /** The second is for what subclasses inherit, which are named like the first. */
  private static final Pattern IS_RUN = Pattern.compile(".*(Test|Contract)\\.java");

  @Test
  void everyClassWithTestsIsOneThatTheBuildRuns() throws IOException {
    List<String> passedOver = new ArrayList<>();
    int run = 0;

    for (Path source : sources()) {
      if (HAS_TESTS.matcher(Files.readString(source)).find()) {
        if (IS_RUN.matcher(source.getFileName().toString()).matches()) {
          run++;
        } else {
          passedOver.add(Launcher.home().relativize(source).toString());
        }
      }
    }

    assertEquals(List.of(), passedOver);
    assertTrue(run > 100, "classes of tests: " + run);
  }

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String module : List.of("protocols", "storage", "gpu-workers", "actors", "")) {
      try (Stream<Path> files =
          Files.walk(Launcher.home().resolve(module).resolve("src/test/java"))) {
        files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
      }
    }
    return sources;
  }
}
