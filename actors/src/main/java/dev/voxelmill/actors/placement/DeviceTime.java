package dev.voxelmill.actors.placement;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** Device-seconds that tenants and workers used within a sliding window. */
final class DeviceTime {
  private final Duration window;
  private final Deque<Use> uses = new ArrayDeque<>();
  private final Map<String, Double> secondsByName = new HashMap<>();

  DeviceTime(Duration window) {
    this.window = window;
  }

  void add(String name, Duration used, Instant at) {
    double seconds = used.toNanos() / 1e9;
    uses.addLast(new Use(name, seconds, at));
    secondsByName.merge(name, seconds, Double::sum);
  }

  /** What a name used within the window that ends now. */
  double seconds(String name, Instant now) {
    while (!uses.isEmpty() && uses.peekFirst().at().isBefore(now.minus(window))) {
      Use old = uses.removeFirst();
      secondsByName.computeIfPresent(
          old.name(), (key, sum) -> sum - old.seconds() < 1e-9 ? null : sum - old.seconds());
    }
    return secondsByName.getOrDefault(name, 0.0);
  }

  private record Use(String name, double seconds, Instant at) {}
}
