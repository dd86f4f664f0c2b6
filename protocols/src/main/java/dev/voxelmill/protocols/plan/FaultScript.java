package dev.voxelmill.protocols.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The faults that a synthetic task rehearses, as text that a request can carry.
 *
 * <pre>
 *   script := nothing | fault { "," fault }
 *   fault  := kind "@" step [ ":" point ] [ "*" lives ]
 *   kind   := "nan" | "oom" | "deviceError" | "hang" | "crash"
 *   step   := a whole number, from 0
 *   point  := "before-write" | "after-write" | "after-manifest"      (crash only)
 *   lives  := a whole number from 1 | "always"                       (1 when it is left out)
 * </pre>
 *
 * <p>Without a point, a fault fires when its step begins. With one it fires at the first checkpoint
 * whose next step is at least {@code step}: before any chunk of it is written, after all chunks are
 * acknowledged and nobody knows of them, or after the owner has confirmed the manifest. A life is
 * one opening of the task; {@code *2} fires in the first two and {@code *always} in every one. So
 * {@code crash@7} kills one worker and lets the next one finish.
 *
 * @param faults in the order in which they were written
 */
public record FaultScript(List<Fault> faults) {
  /** The script of a task that behaves. */
  public static final FaultScript NONE = new FaultScript(List.of());

  /** Lives of a fault that never stops. */
  public static final int ALWAYS = Integer.MAX_VALUE;

  private static final String ALWAYS_WORD = "always";
  private static final Pattern FAULT =
      Pattern.compile("([A-Za-z]+)@([0-9]{1,9})(?::([a-z-]+))?(?:\\*([0-9]{1,9}|always))?");

  public FaultScript {
    faults = List.copyOf(faults);
  }

  /** What goes wrong. */
  public enum Kind {
    /** The step's values are not finite. */
    NAN("nan"),
    /** The device has no memory left. */
    OOM("oom"),
    /** The device's library reports an error. */
    DEVICE_ERROR("deviceError"),
    /** The step never returns. */
    HANG("hang"),
    /** The process dies at once, as by SIGKILL. */
    CRASH("crash");

    private final String word;

    Kind(String word) {
      this.word = word;
    }
  }

  /** When a fault fires. */
  public enum Point {
    /** When its step begins. */
    STEP(""),
    /** Before the first chunk of a checkpoint is written. */
    BEFORE_WRITE("before-write"),
    /** After all chunks of a checkpoint are acknowledged, before its manifest is reported. */
    AFTER_WRITE("after-write"),
    /** After the owner has made the manifest durable. */
    AFTER_MANIFEST("after-manifest");

    private final String word;

    Point(String word) {
      this.word = word;
    }
  }

  /**
   * One fault.
   *
   * @param step the step, or the least next step of the checkpoint, that it waits for
   * @param lives how many openings of the task meet it
   */
  public record Fault(Kind kind, long step, Point point, int lives) {
    @Override
    public String toString() {
      return kind.word
          + "@"
          + step
          + (point == Point.STEP ? "" : ":" + point.word)
          + (lives == 1 ? "" : "*" + (lives == ALWAYS ? ALWAYS_WORD : lives));
    }
  }

  /** The script that a text is, or empty when it breaks the grammar. */
  public static Optional<FaultScript> parse(String text) {
    String stripped = text.replaceAll("\\s", "");
    List<Fault> faults = new ArrayList<>();
    if (stripped.isEmpty()) {
      return Optional.of(NONE);
    }
    for (String word : stripped.split(",", -1)) {
      Optional<Fault> fault = fault(word);
      if (fault.isEmpty()) {
        return Optional.empty();
      }
      faults.add(fault.get());
    }
    return Optional.of(new FaultScript(faults));
  }

  /**
   * What fires when a step begins.
   *
   * @param life which opening of the task this is, from 1
   */
  public Optional<Kind> atStep(long step, int life) {
    return faults.stream()
        .filter(fault -> fault.point == Point.STEP && fault.step == step && life <= fault.lives)
        .map(Fault::kind)
        .findFirst();
  }

  /**
   * Whether the process is to die at a point of a checkpoint.
   *
   * @param nextStep of the checkpoint
   * @param life which opening of the task this is, from 1
   */
  public boolean crashesAt(Point point, long nextStep, int life) {
    return faults.stream()
        .anyMatch(fault -> fault.point == point && nextStep >= fault.step && life <= fault.lives);
  }

  /** The canonical text. */
  @Override
  public String toString() {
    return faults.stream().map(Fault::toString).collect(Collectors.joining(","));
  }

  private static Optional<Fault> fault(String word) {
    Matcher parts = FAULT.matcher(word);
    if (!parts.matches()) {
      return Optional.empty();
    }
    Optional<Kind> kind =
        Arrays.stream(Kind.values())
            .filter(k -> k.word.equalsIgnoreCase(parts.group(1)))
            .findFirst();
    String place = Optional.ofNullable(parts.group(3)).orElse("").toLowerCase(Locale.ROOT);
    Optional<Point> point =
        Arrays.stream(Point.values()).filter(p -> p.word.equals(place)).findFirst();
    int lives = lives(Optional.ofNullable(parts.group(4)).orElse("1"));
    if (kind.isEmpty()
        || point.isEmpty()
        || lives == 0
        || (point.get() != Point.STEP && kind.get() != Kind.CRASH)) {
      return Optional.empty();
    }
    return Optional.of(new Fault(kind.get(), Long.parseLong(parts.group(2)), point.get(), lives));
  }

  private static int lives(String text) {
    return text.equals(ALWAYS_WORD) ? ALWAYS : Integer.parseInt(text);
  }
}
