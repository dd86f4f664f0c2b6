package dev.voxelmill.actors.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a fault cost the clients of an installation, from the waits of requests that were sent to
 * every partition all the time.
 *
 * <p>A partition counts as away if one of its requests waited three times as long as any did in the
 * seconds before the fault. It is back when that request is accepted; those behind it follow.
 *
 * @param away how many partitions were away
 * @param backMs from the fault to the return of the last of them; 0 when none was away
 * @param longestWaitMs of any request accepted after the fault
 */
record Outage(int away, double backMs, double longestWaitMs) {
  /** The calm that a fault is compared with. */
  static final long CALM_NANOS = 5_000_000_000L;

  private static final long LEAST_NANOS = 150_000_000L;
  private static final int TIMES = 3;
  private static final double NANOS_PER_MS = 1e6;

  /**
   * A request that was accepted.
   *
   * @param partition that it was sent to and that is its job's home
   * @param sentNanos monotonic time of its sending
   * @param acceptedNanos monotonic time at which its acceptance was read
   */
  record Answer(int partition, long sentNanos, long acceptedNanos) {
    long waitNanos() {
      return acceptedNanos - sentNanos;
    }
  }

  /** The outage after a fault at that time. */
  static Outage of(List<Answer> answers, long faultNanos) {
    long calm = 0;
    Map<Integer, Answer> worst = new TreeMap<>();
    for (Answer answer : answers) {
      if (answer.acceptedNanos() > faultNanos) {
        worst.merge(answer.partition(), answer, Outage::longer);
      } else if (answer.acceptedNanos() > faultNanos - CALM_NANOS) {
        calm = Math.max(calm, answer.waitNanos());
      }
    }
    long unusual = Math.max(TIMES * calm, LEAST_NANOS);
    List<Answer> away = new ArrayList<>(worst.values());
    away.removeIf(answer -> answer.waitNanos() <= unusual);
    long back =
        away.stream().mapToLong(answer -> answer.acceptedNanos() - faultNanos).max().orElse(0);
    long longest = worst.values().stream().mapToLong(Answer::waitNanos).max().orElse(0);
    return new Outage(away.size(), back / NANOS_PER_MS, longest / NANOS_PER_MS);
  }

  private static Answer longer(Answer one, Answer other) {
    return one.waitNanos() >= other.waitNanos() ? one : other;
  }
}
