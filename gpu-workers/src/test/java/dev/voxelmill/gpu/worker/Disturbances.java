package dev.voxelmill.gpu.worker;

import dev.voxelmill.protocols.plan.TaskSpec;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Where jobs were disturbed, and how: the task and the next step that was durable then. */
final class Disturbances {
  private final Map<String, Set<Long>> moments = new TreeMap<>();
  private int kills;
  private int releases;

  /** The worker of an attempt was killed. */
  void killed(TaskSpec task, long durable) {
    kills++;
    moment(task.name(), durable);
  }

  /** An attempt was given back. */
  void released(TaskSpec task, long durable) {
    releases++;
    moment(task.name(), durable);
  }

  private void moment(String task, long durable) {
    moments.computeIfAbsent(task, first -> new TreeSet<>()).add(durable);
  }

  /** Adds what a job of that method has suffered. */
  void add(String method, Disturbances more) {
    kills += more.kills;
    releases += more.releases;
    more.moments.forEach((task, steps) -> steps.forEach(step -> moment(method + "/" + task, step)));
  }

  int kills() {
    return kills;
  }

  int releases() {
    return releases;
  }

  @Override
  public String toString() {
    return "%d kills, %d releases, at steps %s".formatted(kills, releases, moments);
  }
}
