package dev.voxelmill.actors.history;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Every promise, and what was found about it.
 *
 * @param checked in how many cases the promise could have been broken; 0 where it is absent
 * @param remarks what breaks no promise and somebody should know
 */
public record HistoryReport(
    Map<Promise, Long> checked, List<Finding> findings, List<String> remarks) {
  public HistoryReport {
    Map<Promise, Long> counts = new EnumMap<>(Promise.class);
    counts.putAll(checked);
    checked = Collections.unmodifiableMap(counts);
    findings = List.copyOf(findings);
    remarks = List.copyOf(remarks);
  }

  /** In how many cases the promise could have been broken. */
  public long checked(Promise promise) {
    return checked.getOrDefault(promise, 0L);
  }

  /** Broken promises: what no time can mend. */
  public List<Finding> broken() {
    return findings.stream().filter(finding -> !finding.open()).toList();
  }

  /** What may still happen: jobs that run, chunks that are not deleted yet. */
  public List<Finding> open() {
    return findings.stream().filter(Finding::open).toList();
  }

  /** How many findings of a promise are open, or are not. */
  public long count(Promise promise, boolean open) {
    return findings.stream().filter(f -> f.promise() == promise && f.open() == open).count();
  }

  /** The same report when there is nothing left to wait for. */
  public HistoryReport closed() {
    return new HistoryReport(
        checked,
        findings.stream().map(f -> new Finding(f.promise(), f.subject(), f.what(), false)).toList(),
        remarks);
  }
}
