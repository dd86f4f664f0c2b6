package dev.voxelmill.simulation;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Messages between processes: late, lost, twice, in another order, or cut off. Between two
 * processes the order is kept unless a run asks for worse than the cluster's transport does.
 */
final class Network {
  private final Timeline timeline;
  private final Map<Link, Long> lastArrival = new HashMap<>();
  private final Set<Link> cut = new HashSet<>();
  private double loss;
  private double duplication;
  private double slowness = 1;
  private boolean reordering;

  private record Link(String from, String to) {}

  Network(Timeline timeline) {
    this.timeline = timeline;
  }

  /** Loses, doubles and delays from now on. */
  void disturb(double newLoss, double newDuplication, double newSlowness) {
    loss = newLoss;
    duplication = newDuplication;
    slowness = newSlowness;
  }

  void reorder(boolean on) {
    reordering = on;
  }

  void cut(Host from, Host to) {
    cut.add(new Link(from.name(), to.name()));
  }

  void mend(Host from, Host to) {
    cut.remove(new Link(from.name(), to.name()));
  }

  boolean isCut(Host from, Host to) {
    return cut.contains(new Link(from.name(), to.name()));
  }

  void heal() {
    cut.clear();
    disturb(0, 0, 1);
    reordering = false;
  }

  /**
   * Sends something to wherever it belongs when it arrives.
   *
   * @param to the process that receives, known when the message arrives
   */
  void send(Host from, Supplier<Host> to, Runnable receive) {
    if (timeline.chance(loss)) {
      return;
    }
    deliver(from, to, receive);
    if (timeline.chance(duplication)) {
      deliver(from, to, receive);
    }
  }

  private void deliver(Host from, Supplier<Host> to, Runnable receive) {
    Host target = to.get();
    Link link = new Link(from.name(), target.name());
    Duration delay = timeline.between(0.2, 5 * slowness);
    long arrival = timeline.now() + delay.toNanos();
    if (!reordering) {
      arrival = Math.max(arrival, lastArrival.getOrDefault(link, 0L) + 1);
      lastArrival.put(link, arrival);
    }
    timeline.after(
        Duration.ofNanos(arrival - timeline.now()),
        () -> {
          if (target.isUp() && !isCut(from, target)) {
            target.after(Duration.ZERO, receive);
          }
        });
  }
}
