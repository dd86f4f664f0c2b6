package dev.voxelmill.gpu.nn.script;

import java.util.ArrayList;
import java.util.List;

/** One method while it is printed: its comment, its signature, and lines at their depth. */
public final class ScriptMethod {
  private final List<String> lines = new ArrayList<>();
  private int depth = 1;

  ScriptMethod(String comment, String name, List<String> parameters, String result) {
    comment.lines().forEach(this::comment);
    StringBuilder signature = new StringBuilder("def " + name + "(self: SELF");
    parameters.forEach(parameter -> signature.append(", ").append(parameter));
    add(signature.append(") -> ").append(result).append(':').toString());
    depth++;
  }

  /** Prints a statement. */
  public ScriptMethod line(String statement) {
    return add(statement);
  }

  /** Prints a comment. */
  public ScriptMethod comment(String text) {
    return add("# " + text);
  }

  /** Prints a header such as {@code if flag:} and what the body prints one level deeper. */
  public ScriptMethod block(String header, Runnable body) {
    add(header);
    depth++;
    body.run();
    depth--;
    return this;
  }

  /** Shows a variable, in a traced network, as the output of the module of that name. */
  public ScriptMethod seen(String module, String variable) {
    return add("@seen \"" + module + "\" " + variable);
  }

  private ScriptMethod add(String text) {
    lines.add("  ".repeat(depth) + text);
    return this;
  }

  List<String> lines() {
    return lines;
  }
}
