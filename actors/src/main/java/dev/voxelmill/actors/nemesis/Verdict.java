package dev.voxelmill.actors.nemesis;

import dev.voxelmill.actors.history.HistoryReport;
import java.util.List;
import java.util.SortedMap;

/**
 * What came of a run.
 *
 * @param faults one row per kind that was planned
 * @param claims what was claimed beside the promises to clients
 * @param history every promise, after everything had the time to end
 * @param outcomes how many jobs ended how
 * @param healSeconds from the last fault until the last job had ended and nothing was open; the
 *     limit, if that never came
 */
public record Verdict(
    long seed,
    long seconds,
    List<FaultRow> faults,
    List<Claim> claims,
    HistoryReport history,
    SortedMap<String, Long> outcomes,
    double healSeconds) {
  public Verdict {
    faults = List.copyOf(faults);
    claims = List.copyOf(claims);
  }

  /**
   * A kind of fault.
   *
   * @param proof what shows that it fired, and why some of it did not
   */
  public record FaultRow(FaultKind kind, long planned, long fired, String proof) {}

  /** Something that a run asserts of itself. */
  public record Claim(String words, long checked, List<String> broken) {
    public Claim {
      broken = List.copyOf(broken);
    }
  }

  /** Whether everything was kept, and every fault is proved to have fired. */
  public boolean isKept() {
    return faults.stream().allMatch(row -> row.fired() == row.planned())
        && claims.stream().allMatch(claim -> claim.broken().isEmpty())
        && history.findings().isEmpty();
  }
}
