import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions.Style;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Checks, or with {@code fix} rewrites, every Java source below a directory with google-java-format.
 *
 * <p>The root pom runs it once per build. Usage: {@code FormatSources check|fix DIRECTORY}; exit code 1 names each
 * misformatted file and the command that mends it.
 */
public final class FormatSources {
  public static void main(String[] args) throws Exception {
    boolean fix = args[0].equals("fix");
    var formatter = new Formatter(com.google.googlejavaformat.java.JavaFormatterOptions.builder()
        .style(Style.GOOGLE).build());
    int wrong = 0;
    for (Path file : sources(Path.of(args[1]))) {
      String source = Files.readString(file);
      String formatted = formatter.formatSource(
          ImportOrderer.reorderImports(RemoveUnusedImports.removeUnusedImports(source), Style.GOOGLE));
      if (formatted.equals(source)) {
        continue;
      }
      if (fix) {
        Files.writeString(file, formatted);
      } else {
        wrong++;
        System.err.println("misformatted: " + file);
      }
    }
    if (wrong > 0) {
      System.err.println(wrong + " files are not formatted; mend them with: mvn -N process-sources -Dformat=fix");
      System.exit(1);
    }
  }

  private static List<Path> sources(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !root.relativize(file).toString().contains("target/"))
          .filter(file -> !root.relativize(file).startsWith(".mvn"))
          .sorted()
          .toList();
    }
  }
}
