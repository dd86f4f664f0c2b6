package dev.voxelmill.gpu.engine;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The text of a TorchScript class, in the dialect in which libtorch serialises one.
 *
 * <p>The text declares {@code class NAME(Module):} with {@code __parameters__ = []}, {@code
 * __buffers__ = []}, {@code training : bool} and typed attributes, then methods whose first
 * parameter is {@code self: __torch__.NAME}. Comments start with {@code #} on lines of their own.
 * Two rules keep a kernel honest:
 *
 * <ul>
 *   <li>An in-place operator must name a tensor that comes from outside: an argument, an element of
 *       a list argument, a dict entry or an attribute. In-place operators on a list built inside
 *       the method ({@code p.append(w[k])}, then {@code torch._foreach_add_(p, ..)}) are silently
 *       removed as dead code.
 *   <li>Numbers that steer the method are arguments of type {@code int} or {@code float}, not
 *       0-dimensional tensors.
 * </ul>
 *
 * @param className the class within the text
 * @param text the source
 * @param attributes initial values of the declared attributes except {@code training}: {@link
 *     Boolean}, {@link Integer}, {@link Long}, {@link Double}, {@link String}, {@code long[]} for
 *     {@code List[int]}, {@code double[]} for {@code List[float]}, an empty {@link java.util.List}
 *     for {@code List[Tensor]} and an empty {@link Map} for {@code Dict[str, Tensor]}
 */
public record KernelSource(String className, String text, Map<String, Object> attributes) {
  public KernelSource {
    attributes = Map.copyOf(attributes);
    if (!Pattern.compile("(?m)^class " + Pattern.quote(className) + "\\(Module\\):")
        .matcher(text)
        .find()) {
      throw new IllegalArgumentException(
          "className: "
              + className
              + " (expected: the text has 'class "
              + className
              + "(Module):')");
    }
  }

  /** Reads a class without attributes from a resource that lies beside a Java class. */
  public static KernelSource resource(Class<?> near, String file, String className) {
    try (InputStream in = near.getResourceAsStream(file)) {
      if (in == null) {
        throw new FileNotFoundException(
            file + ": no such resource (expected: beside " + near.getName() + ")");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new KernelSource(className, text, Map.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same text with these initial values. */
  public KernelSource with(Map<String, Object> attributes) {
    return new KernelSource(className, text, attributes);
  }
}
