package dev.voxelmill.actors.nemesis;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/** What the broker acknowledged, by the job or the fault that it belongs to. */
final class Receipts {
  // Guarded by this. By identity: a schedule may do the same twice.
  private final IdentityHashMap<Object, List<String>> positions = new IdentityHashMap<>();
  private final List<String> lost = new ArrayList<>();

  synchronized void acknowledged(Object what, String position) {
    positions.computeIfAbsent(what, first -> new ArrayList<>()).add(position);
  }

  synchronized void lost(Object what, String why) {
    lost.add(what + ": " + why);
  }

  /** Where the records of a job or a fault lie. */
  synchronized List<String> of(Object what) {
    return List.copyOf(positions.getOrDefault(what, List.of()));
  }

  /** Where everything lies. */
  synchronized List<String> all() {
    return positions.values().stream().flatMap(List::stream).toList();
  }

  /** What was never acknowledged, and why. */
  synchronized List<String> lost() {
    return List.copyOf(lost);
  }
}
