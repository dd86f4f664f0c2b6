package dev.voxelmill.actors.nemesis;

import dev.voxelmill.actors.history.Promise;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A verdict as people read it. */
public final class VerdictText {
  private static final int SHOWN = 30;

  private VerdictText() {}

  /** One table for the terminal, and what is broken below it. */
  public static String plain(Verdict verdict) {
    StringBuilder text = new StringBuilder();
    text.append(faultRow("FAULT", "PLANNED", "FIRED", "PROVED BY"));
    for (Verdict.FaultRow row : verdict.faults()) {
      text.append(faultRow(row.kind().words(), row.planned(), row.fired(), row.proof()));
    }
    text.append(claimRow("PROMISE", "CHECKED", "BROKEN"));
    for (Verdict.Claim claim : claims(verdict)) {
      text.append(claimRow(claim.words(), claim.checked(), claim.broken().size()));
    }
    text.append("jobs: ").append(outcomes(verdict)).append('\n');
    text.append("healed: ")
        .append(Math.round(verdict.healSeconds()))
        .append(" s after the last fault\n");
    for (Verdict.Claim claim : claims(verdict)) {
      claim.broken().stream()
          .limit(SHOWN)
          .forEach(what -> text.append("broken: " + claim.words() + ": " + what + "\n"));
    }
    return text.append("verdict: ").append(word(verdict)).append('\n').toString();
  }

  /** The same as a section of Markdown. */
  public static String markdown(Verdict verdict, String replay) {
    StringBuilder text = new StringBuilder();
    text.append('`').append(replay).append("`: ").append(word(verdict));
    text.append(". Jobs: ").append(outcomes(verdict));
    text.append(". Healed ").append(Math.round(verdict.healSeconds()));
    text.append(" s after the last fault.\n\n");
    text.append(cells("fault", "planned", "fired", "proved by")).append("|---|---|---|---|\n");
    for (Verdict.FaultRow row : verdict.faults()) {
      text.append(cells(row.kind().words(), row.planned(), row.fired(), row.proof()));
    }
    text.append('\n').append(cells("promise", "checked", "broken")).append("|---|---|---|\n");
    for (Verdict.Claim claim : claims(verdict)) {
      text.append(cells(claim.words(), claim.checked(), claim.broken().size()));
    }
    return text.toString();
  }

  /** The promises to clients, and then what the run claims of itself. */
  private static List<Verdict.Claim> claims(Verdict verdict) {
    List<Verdict.Claim> claims = new ArrayList<>();
    for (Promise promise : Promise.values()) {
      claims.add(
          new Verdict.Claim(
              promise.words(),
              verdict.history().checked(promise),
              verdict.history().findings().stream()
                  .filter(finding -> finding.promise() == promise)
                  .map(finding -> finding.subject() + ": " + finding.what())
                  .toList()));
    }
    claims.addAll(verdict.claims());
    return claims;
  }

  private static String outcomes(Verdict verdict) {
    return verdict.outcomes().entrySet().stream()
        .map(entry -> entry.getValue() + " " + entry.getKey())
        .collect(Collectors.joining(", "));
  }

  private static String word(Verdict verdict) {
    return verdict.isKept() ? "every promise kept, every fault fired" : "BROKEN";
  }

  private static String faultRow(String kind, Object planned, Object fired, String proof) {
    return String.format(Locale.ROOT, "%-62s %7s %6s  %s%n", kind, planned, fired, proof);
  }

  private static String claimRow(String words, Object checked, Object broken) {
    return String.format(Locale.ROOT, "%-62s %7s %6s%n", words, checked, broken);
  }

  private static String cells(Object... cells) {
    return Arrays.stream(cells)
        .map(cell -> cell.toString().replace("|", "\\|"))
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }
}
