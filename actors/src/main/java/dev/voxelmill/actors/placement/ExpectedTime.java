package dev.voxelmill.actors.placement;

import dev.voxelmill.protocols.plan.TaskKind;
import java.util.EnumMap;
import java.util.Map;

/** How long tasks of each kind held a device of late, in seconds. */
final class ExpectedTime {
  /** Before any task of the kind has ended. */
  private static final double AT_FIRST = 1;

  /** Weight of the newest task in the running mean. */
  private static final double NEWEST = 0.1;

  private final Map<TaskKind, Double> seconds = new EnumMap<>(TaskKind.class);

  double seconds(TaskKind kind) {
    return seconds.getOrDefault(kind, AT_FIRST);
  }

  void took(TaskKind kind, double newest) {
    seconds.merge(kind, newest, (mean, value) -> mean + NEWEST * (value - mean));
  }
}
