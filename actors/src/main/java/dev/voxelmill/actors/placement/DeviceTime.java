package dev.voxelmill.actors.placement;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Device-seconds by name within a sliding window, in slots of a sixtieth of it; to be shown. */
final class DeviceTime {
  private static final int SLOTS = 60;

  private final long slotNanos;
  private final Map<String, double[]> slots = new HashMap<>();
  private long current;

  DeviceTime(Duration window) {
    this.slotNanos = Math.max(1, window.toNanos() / SLOTS);
  }

  void add(String name, double seconds, long nowNanos) {
    advance(nowNanos);
    slots.computeIfAbsent(name, key -> new double[SLOTS])[(int) (current % SLOTS)] += seconds;
  }

  /** What the name used within the window that ends now. */
  double seconds(String name, long nowNanos) {
    advance(nowNanos);
    double[] used = slots.get(name);
    return used == null ? 0 : Arrays.stream(used).sum();
  }

  private void advance(long nowNanos) {
    long slot = Math.max(0, nowNanos / slotNanos);
    long passed = Math.min(slot - current, SLOTS);
    if (passed <= 0) {
      return;
    }
    for (long gone = slot - passed + 1; gone <= slot; gone++) {
      int index = (int) (gone % SLOTS);
      slots.values().forEach(used -> used[index] = 0);
    }
    slots.values().removeIf(used -> Arrays.stream(used).allMatch(seconds -> seconds == 0));
    current = slot;
  }
}
