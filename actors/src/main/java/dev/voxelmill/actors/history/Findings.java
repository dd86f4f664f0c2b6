package dev.voxelmill.actors.history;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What one check has found out so far. */
final class Findings {
  private final Map<Promise, Long> checked = new EnumMap<>(Promise.class);
  private final List<Finding> list = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();

  /** One more case in which the promise could have been broken. */
  void checked(Promise promise) {
    checked(promise, 1);
  }

  void checked(Promise promise, long times) {
    checked.merge(promise, times, Long::sum);
  }

  /** Nothing that comes can mend it. */
  void broken(Promise promise, String subject, String what) {
    list.add(new Finding(promise, subject, what, false));
  }

  /** It may be that the rest has not been read, or has not happened yet. */
  void open(Promise promise, String subject, String what) {
    list.add(new Finding(promise, subject, what, true));
  }

  /** Breaks no promise, and somebody should know it. */
  void remark(String what) {
    remarks.add(what);
  }

  void addAll(Findings other) {
    other.checked.forEach(this::checked);
    list.addAll(other.list);
    remarks.addAll(other.remarks);
  }

  HistoryReport report() {
    return new HistoryReport(checked, list, remarks);
  }
}
