package dev.voxelmill.actors.placement;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The waiting tasks of one tenant, in lanes by priority and by the power of two of the memory they
 * need, so that the first task that fits a device is found without looking at those that do not.
 */
final class TenantQueue {
  /** Tasks of the device's own power of two that are looked at before the lane is given up. */
  private static final int LOOKED_AT = 16;

  private final TreeMap<Lane, TreeSet<WaitingTask>> lanes = new TreeMap<>();
  private int size;

  /**
   * Tasks of one priority and about one size.
   *
   * @param memoryBits binary digits of the memory they need: 0 for none, 34 for 8 GiB to 16 GiB
   */
  private record Lane(int priority, int memoryBits) implements Comparable<Lane> {
    static Lane of(WaitingTask task) {
      return new Lane(task.offer().priority(), bits(task.offer().memoryBytes()));
    }

    static int bits(long bytes) {
      return Long.SIZE - Long.numberOfLeadingZeros(bytes);
    }

    @Override
    public int compareTo(Lane other) {
      return Comparator.comparingInt(Lane::priority)
          .thenComparingInt(Lane::memoryBits)
          .compare(this, other);
    }
  }

  /** How many tasks of a priority wait, and since when the oldest of them. */
  record Waiting(int priority, int tasks, long oldestMillis) {}

  void add(WaitingTask task) {
    if (lanes.computeIfAbsent(Lane.of(task), lane -> new TreeSet<>(WaitingTask.ORDER)).add(task)) {
      size++;
    }
  }

  void remove(WaitingTask task) {
    Lane lane = Lane.of(task);
    TreeSet<WaitingTask> tasks = lanes.get(lane);
    if (tasks != null && tasks.remove(task)) {
      size--;
      if (tasks.isEmpty()) {
        lanes.remove(lane);
      }
    }
  }

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  /** The first task in {@link WaitingTask#ORDER} that a device with that much memory can run. */
  Optional<WaitingTask> first(long memoryBytes) {
    int bits = Lane.bits(memoryBytes);
    WaitingTask best = null;
    for (Map.Entry<Lane, TreeSet<WaitingTask>> lane : lanes.entrySet()) {
      if (lane.getKey().memoryBits() <= bits) {
        WaitingTask head =
            lane.getKey().memoryBits() < bits || memoryBytes == 0
                ? lane.getValue().first()
                : firstThatFits(lane.getValue(), memoryBytes);
        if (head != null && (best == null || WaitingTask.ORDER.compare(head, best) < 0)) {
          best = head;
        }
      }
    }
    return Optional.ofNullable(best);
  }

  private static WaitingTask firstThatFits(Set<WaitingTask> lane, long memoryBytes) {
    int looked = 0;
    for (WaitingTask task : lane) {
      if (task.offer().memoryBytes() <= memoryBytes) {
        return task;
      }
      if (++looked == LOOKED_AT) {
        return null;
      }
    }
    return null;
  }

  /** All tasks in their order, found as they are asked for. */
  Iterator<WaitingTask> inOrder() {
    PriorityQueue<Ahead> heads =
        new PriorityQueue<>(Comparator.comparing(Ahead::head, WaitingTask.ORDER));
    lanes.values().forEach(lane -> advance(heads, lane.iterator()));
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return !heads.isEmpty();
      }

      @Override
      public WaitingTask next() {
        Ahead next = heads.remove();
        advance(heads, next.rest());
        return next.head();
      }
    };
  }

  private record Ahead(WaitingTask head, Iterator<WaitingTask> rest) {}

  private static void advance(PriorityQueue<Ahead> heads, Iterator<WaitingTask> lane) {
    if (lane.hasNext()) {
      heads.add(new Ahead(lane.next(), lane));
    }
  }

  /** What waits, by priority, the highest first. */
  List<Waiting> byPriority() {
    TreeMap<Integer, Waiting> counts = new TreeMap<>(Comparator.reverseOrder());
    lanes.forEach(
        (lane, tasks) ->
            counts.merge(
                lane.priority(),
                new Waiting(lane.priority(), tasks.size(), tasks.first().offer().queuedAtMillis()),
                (a, b) ->
                    new Waiting(
                        a.priority(),
                        a.tasks() + b.tasks(),
                        Math.min(a.oldestMillis(), b.oldestMillis()))));
    return new ArrayList<>(counts.values());
  }
}
