package dev.voxelmill.protocols.config;

import static java.util.Objects.requireNonNull;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import dev.voxelmill.protocols.geometry.ByteSize;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * One section of a configuration file, read value by value.
 *
 * <p>A value that is missing, of another type or out of its range is noted and replaced by a
 * stand-in, so that reading goes on; {@link #requireValid} then reports every problem at once,
 * unknown keys included. Read all values, call it, and only then build the record:
 *
 * <pre>{@code
 * Section broker = Section.of(config, "broker", "conf/broker.conf");
 * Duration sessionTimeout = broker.positiveDuration("session-timeout");
 * broker.requireValid();
 * }</pre>
 */
public final class Section {
  private final Config values;
  private final String path;
  private final String file;
  private final Set<String> known = new HashSet<>();
  private final List<String> problems = new ArrayList<>();

  private Section(Config values, String path, String file) {
    this.values = values;
    this.path = path;
    this.file = file;
  }

  /**
   * The section at {@code path}; {@code file} is named as the place to mend.
   *
   * @param path dotted path of the section, such as {@code broker}
   */
  public static Section of(Config config, String path, String file) {
    boolean present = config.hasPath(path);
    Section section =
        new Section(
            present ? config.getConfig(path) : ConfigFactory.empty(),
            requireNonNull(path, "path"),
            requireNonNull(file, "file"));
    if (!present) {
      section.problems.add(path + ": missing (expected: a section; fix: " + file + ")");
    }
    return section;
  }

  /** A whole number of at least {@code min} and at most {@code max}. */
  public int integer(String key, int min, int max) {
    int value = read(key, "a whole number", min, Config::getInt);
    require(key, value, value >= min && value <= max, min + " to " + max);
    return value;
  }

  /** A number of at least {@code min} and at most {@code max}. */
  public double number(String key, double min, double max) {
    double value = read(key, "a number", min, Config::getDouble);
    require(key, value, value >= min && value <= max, min + " to " + max);
    return value;
  }

  /** {@code true} or {@code false}. */
  public boolean flag(String key) {
    return read(key, "true or false", false, Config::getBoolean);
  }

  /** Text that is not blank. */
  public String text(String key) {
    String value = read(key, "text", "?", Config::getString);
    require(key, "'" + value + "'", !value.isBlank(), "text that is not blank");
    return value;
  }

  /** A time above zero, written {@code 500ms}, {@code 3s} or {@code 7d}. */
  public Duration positiveDuration(String key) {
    Duration value =
        read(key, "a duration, as in 500ms, 3s or 7d", Duration.ofMillis(1), Config::getDuration);
    require(key, value, value.compareTo(Duration.ZERO) > 0, "> 0s");
    return value;
  }

  /** A size above zero, written {@code 64KiB} or {@code 8MiB}. */
  public ByteSize positiveSize(String key) {
    String text = read(key, "a size, as in 64KiB or 8MiB", "1B", Config::getString);
    try {
      ByteSize size = ByteSize.parse(text);
      require(key, text, size.bytes() > 0, "> 0B");
      return size;
    } catch (IllegalArgumentException e) {
      require(key, "'" + text + "'", false, "a size, as in 64KiB or 8MiB");
      return new ByteSize(1);
    }
  }

  /** One of the constants of an enum, written in lower case with hyphens. */
  public <E extends Enum<E>> E choice(String key, Class<E> type) {
    E[] constants = type.getEnumConstants();
    String text = read(key, "text", written(constants[0]), Config::getString);
    for (E constant : constants) {
      if (written(constant).equals(text)) {
        return constant;
      }
    }
    List<String> all = Arrays.stream(constants).map(Section::written).toList();
    require(key, "'" + text + "'", false, "one of " + all);
    return constants[0];
  }

  /** A list of texts. */
  public List<String> texts(String key) {
    return read(key, "a list of texts", List.of(), Config::getStringList);
  }

  /** Numbers by name, each of at least {@code min} and at most {@code max}; the names are free. */
  public Map<String, Double> numbers(String key, double min, double max) {
    Config named = read(key, "numbers by name", ConfigFactory.empty(), Config::getConfig);
    Map<String, Double> numbers = new TreeMap<>();
    for (String name : named.root().keySet()) {
      if (named.root().get(name).unwrapped() instanceof Number number) {
        numbers.put(name, number.doubleValue());
      } else {
        require(key + "." + name, named.root().get(name).render(), false, "a number");
      }
    }
    numbers.forEach(
        (name, value) ->
            require(key + "." + name, value, value >= min && value <= max, min + " to " + max));
    return numbers;
  }

  /** The section below {@code key}; its problems are reported by its own {@link #requireValid}. */
  public Section section(String key) {
    known.add(key);
    return of(values.atPath(path), path + "." + key, file);
  }

  /** Notes a problem that concerns {@code key} unless {@code holds}. */
  public void require(String key, Object value, boolean holds, String rule) {
    if (!holds && problems.stream().noneMatch(problem -> problem.startsWith(name(key) + ":"))) {
      problems.add(name(key) + ": " + value + " (expected: " + rule + "; fix: " + file + ")");
    }
  }

  /** Throws one {@link InvalidConfigException} that lists every problem found so far. */
  public void requireValid() {
    values.root().keySet().stream()
        .filter(key -> !known.contains(key))
        .sorted()
        .map(key -> name(key) + ": unknown (expected: one of " + known.stream().sorted().toList())
        .map(problem -> problem + "; fix: " + file + ")")
        .forEach(problems::add);
    if (!problems.isEmpty()) {
      throw new InvalidConfigException(String.join(System.lineSeparator(), problems));
    }
  }

  private <T> T read(String key, String expected, T standIn, BiFunction<Config, String, T> reader) {
    known.add(key);
    String quoted = ConfigUtil.quoteString(key);
    try {
      return reader.apply(values, quoted);
    } catch (ConfigException.Missing e) {
      require(key, "missing", false, expected);
    } catch (ConfigException.WrongType | ConfigException.BadValue e) {
      require(key, values.getValue(quoted).render(), false, expected);
    }
    return standIn;
  }

  private String name(String key) {
    return path + "." + key;
  }

  private static String written(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
