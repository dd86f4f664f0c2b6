package dev.voxelmill.gpu.nn.script;

import dev.voxelmill.gpu.engine.KernelSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A TorchScript class while it is printed.
 *
 * <p>Every class has the attributes {@code w : Dict[str, Tensor]}, its parameters by name, and,
 * when it is traced, {@code seen : Dict[str, Tensor]}, the last outputs of its modules by name, and
 * the methods {@code adopt}, {@code finite} and {@code shown} of {@code layers.torchscript}.
 */
public final class ScriptClass {
  /** Layers of most networks: linear, convolution, normalisation, attention. */
  public static final ScriptLibrary LAYERS =
      ScriptLibrary.resource(ScriptClass.class, "layers.torchscript");

  /** The attribute that holds the precision's number. */
  static final String DTYPE = "dtype";

  private static final Pattern CALL = Pattern.compile("self\\.(\\w+)\\(");
  private static final Pattern SEEN = Pattern.compile("( *)@seen (\"[^\"]*\"|\\S+) (\\S+)");

  private final String name;
  private final String comment;
  private final boolean traced;
  private final Map<String, List<String>> available = new LinkedHashMap<>();
  private final Map<String, ScriptMethod> methods = new LinkedHashMap<>();
  private final Map<String, String> types = new LinkedHashMap<>();
  private final Map<String, Object> values = new LinkedHashMap<>();

  /**
   * @param name an identifier
   * @param comment what the network is, printed above it; may have several lines
   * @param precision of the parameters and of what is computed with them
   * @param traced whether intermediate tensors are kept to be looked at
   */
  public ScriptClass(String name, String comment, Precision precision, boolean traced) {
    this.name = name;
    this.comment = comment;
    this.traced = traced;
    attribute("w", "Dict[str, Tensor]", Map.of());
    attribute(DTYPE, "int", precision.scalarType());
    if (traced) {
      attribute("seen", "Dict[str, Tensor]", Map.of());
    }
    use(LAYERS);
  }

  /** Declares an attribute; see {@link KernelSource} for the Java types of values. */
  public ScriptClass attribute(String attribute, String type, Object value) {
    types.put(attribute, type);
    values.put(attribute, value);
    return this;
  }

  /** Makes a library's methods available; of two with one name the later library's counts. */
  public ScriptClass use(ScriptLibrary library) {
    available.putAll(library.methods());
    return this;
  }

  /**
   * Begins a method.
   *
   * @param comment what it computes, with shapes; may have several lines
   * @param parameters such as {@code x: Tensor}, without self
   * @param result a type such as {@code Tensor}
   */
  public ScriptMethod method(
      String comment, String method, List<String> parameters, String result) {
    ScriptMethod begun = new ScriptMethod(comment, method, parameters, result);
    methods.put(method, begun);
    return begun;
  }

  /** The text with every method that is called, directly or not. */
  public KernelSource source() {
    StringBuilder text = new StringBuilder();
    comment.lines().forEach(line -> text.append("# ").append(line).append('\n'));
    text.append("class ").append(name).append("(Module):\n");
    text.append("  __parameters__ = []\n  __buffers__ = []\n  training : bool\n");
    types.forEach((key, type) -> text.append("  " + key + " : " + type + "\n"));
    Set<String> called = called();
    available.forEach(
        (method, lines) -> {
          if (called.contains(method) && !methods.containsKey(method)) {
            print(text, lines);
          }
        });
    methods.values().forEach(method -> print(text, method.lines()));
    return new KernelSource(name, text.toString(), values);
  }

  private void print(StringBuilder text, List<String> lines) {
    text.append('\n');
    for (String line : lines) {
      Matcher seen = SEEN.matcher(line);
      if (!seen.matches()) {
        text.append(line.replace("SELF", "__torch__." + name)).append('\n');
      } else if (traced) {
        text.append(seen.group(1) + "torch._set_item(self.seen, ")
            .append(seen.group(2) + ", " + seen.group(3) + ")\n");
      }
    }
  }

  private Set<String> called() {
    Set<String> called = new LinkedHashSet<>(List.of("adopt", "finite"));
    if (traced) {
      called.add("shown");
    }
    Deque<Collection<String>> unread = new ArrayDeque<>();
    called.forEach(method -> unread.add(available.get(method)));
    methods.values().forEach(method -> unread.add(method.lines()));
    while (!unread.isEmpty()) {
      for (String method : calls(unread.remove())) {
        if (!methods.containsKey(method) && called.add(method)) {
          List<String> lines = available.get(method);
          if (lines == null) {
            throw new IllegalStateException(
                name + ": " + method + " (expected: a method of the class or its libraries)");
          }
          unread.add(lines);
        }
      }
    }
    return called;
  }

  private static List<String> calls(Collection<String> lines) {
    List<String> calls = new ArrayList<>();
    for (String line : lines) {
      Matcher call = CALL.matcher(line);
      while (call.find()) {
        calls.add(call.group(1));
      }
    }
    return calls;
  }
}
