package dev.voxelmill.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documents point at what is there. */
class DocumentsTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(#[^)]*)?\\)");

  @Test
  void everyLinkedPathExists() throws IOException {
    List<String> dangling = new ArrayList<>();
    int links = 0;

    for (Path document : documents()) {
      Matcher link = LINK.matcher(Files.readString(document));
      while (link.find()) {
        String target = link.group(1);
        if (!target.startsWith("http")) {
          links++;
          if (!Files.exists(document.resolveSibling(target))) {
            dangling.add(Launcher.home().relativize(document) + " -> " + target);
          }
        }
      }
    }

    assertEquals(List.of(), dangling);
    assertTrue(links > 20, "links: " + links);
  }

  @Test
  void theTableOfParityNamesEveryRecordedCase() throws IOException {
    String table = Files.readString(Launcher.home().resolve("docs/PARITY.md"));
    Path fixtures = Launcher.home().resolve("src/test/fixtures");
    List<String> cases;
    try (Stream<Path> files = Files.walk(fixtures)) {
      cases =
          files
              .filter(file -> file.endsWith("case.json"))
              .map(file -> fixtures.relativize(file.getParent()).toString())
              .toList();
    }

    assertEquals(
        List.of(), cases.stream().filter(name -> !table.contains("`" + name + "`")).toList());
    assertFalse(cases.isEmpty());
    assertFalse(table.contains("FAIL"), table);
  }

  private static List<Path> documents() throws IOException {
    List<Path> documents = new ArrayList<>();
    try (Stream<Path> top = Files.list(Launcher.home())) {
      top.filter(DocumentsTest::isDocument).forEach(documents::add);
    }
    try (Stream<Path> below = Files.walk(Launcher.home().resolve("docs"))) {
      below.filter(DocumentsTest::isDocument).forEach(documents::add);
    }
    return documents;
  }

  private static boolean isDocument(Path path) {
    return path.toString().endsWith(".md");
  }
}
