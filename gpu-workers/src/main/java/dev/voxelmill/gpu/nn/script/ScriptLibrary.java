package dev.voxelmill.gpu.nn.script;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Methods that printed classes may call, read from a resource.
 *
 * <p>The resource is what stands inside a class, two spaces deep, with {@code SELF} for the class's
 * type. A line {@code @seen NAME VALUE}, where NAME is an expression without spaces, shows an
 * intermediate tensor to whoever traces the network; in a network that is not traced it is left
 * out.
 */
public final class ScriptLibrary {
  private static final Pattern DEFINITION = Pattern.compile("  def (\\w+)\\(.*");

  private final Map<String, List<String>> methods;

  private ScriptLibrary(Map<String, List<String>> methods) {
    this.methods = methods;
  }

  /** Reads a resource that lies beside a Java class. */
  public static ScriptLibrary resource(Class<?> near, String file) {
    try (InputStream in = near.getResourceAsStream(file)) {
      if (in == null) {
        throw new FileNotFoundException(
            file + ": no such resource (expected: beside " + near.getName() + ")");
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ScriptLibrary parse(String text) {
    Map<String, List<String>> methods = new LinkedHashMap<>();
    List<String> comment = new ArrayList<>();
    List<String> body = comment;
    for (String line : text.lines().toList()) {
      Matcher definition = DEFINITION.matcher(line);
      if (line.startsWith("  #")) {
        comment.add(line);
      } else if (definition.matches()) {
        body = new ArrayList<>(comment);
        comment.clear();
        body.add(line);
        methods.put(definition.group(1), body);
      } else if (!line.isBlank()) {
        body.add(line);
      }
    }
    return new ScriptLibrary(methods);
  }

  /** Methods by name, each with its comment, in the order of the resource. */
  Map<String, List<String>> methods() {
    return methods;
  }
}
