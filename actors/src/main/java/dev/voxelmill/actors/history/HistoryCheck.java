package dev.voxelmill.actors.history;

import java.util.List;

/**
 * Holds a history against every {@link Promise}, record by record. A pure function of what it is
 * shown: it finds the same in a history that was written by hand. It remembers a few hundred bytes
 * per job.
 */
public final class HistoryCheck {
  private final List<Check> checks;

  /** One concern; what it finds is the same whatever topic is read first. */
  interface Check {
    void observe(Observation seen);

    /** What was found so far. */
    void report(Findings into);
  }

  /**
   * A check that has seen nothing yet.
   *
   * @param whole whether the topics still hold their first records; otherwise what is missing at
   *     the beginning proves nothing
   */
  public HistoryCheck(boolean whole) {
    checks =
        List.of(
            new SubmissionCheck(whole),
            new TransitionCheck(whole),
            new StateCheck(),
            new EndCheck(whole),
            new AssetCheck(whole),
            new SameBytesCheck(),
            new SweepCheck(),
            new DamageCheck());
  }

  /** Takes in one more record. */
  public void observe(Observation seen) {
    checks.forEach(check -> check.observe(seen));
  }

  /** What follows from everything so far; it can be asked again and again. */
  public HistoryReport report() {
    Findings all = new Findings();
    checks.forEach(check -> check.report(all));
    return all.report();
  }
}
