package dev.voxelmill.actors.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a fault cost the clients of an installation, from the waits of requests that were sent to
 * every partition all the time.
 *
 * <p>A partition is silent while a request waits for it and none is accepted; a slow partition that
 * goes on accepting is not. Away is which fell silent with the fault, and for three times as long
 * as half of the silences of the seconds before it; it is back when it accepts again. Silences that
 * begin later are those of a machine with much to do, which partitions that never moved show too:
 * the longest wait tells of them.
 *
 * @param away how many partitions were away
 * @param backMs from the fault to the return of the last of them; 0 when none was away
 * @param longestWaitMs of any request accepted after the fault
 */
record Outage(long away, double backMs, double longestWaitMs) {
  /** The calm that a fault is compared with. */
  static final long CALM_NANOS = 5_000_000_000L;

  /**
   * Who leaves stops to own and to read within it, and the first request that notices is sent
   * within it too.
   */
  private static final long ONSET_NANOS = 500_000_000L;

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

  /** A partition's silence before it accepted a request. */
  private record Silence(int partition, long fromNanos, long toNanos) {
    long nanos() {
      return toNanos - fromNanos;
    }
  }

  /** The outage after a fault at that time. */
  static Outage of(List<Answer> answers, long faultNanos) {
    List<Silence> silences = silences(answers);
    long unusual = Math.max(TIMES * calmNanos(silences, faultNanos), LEAST_NANOS);
    List<Silence> away =
        silences.stream()
            .filter(silence -> silence.toNanos() > faultNanos)
            .filter(silence -> silence.fromNanos() <= faultNanos + ONSET_NANOS)
            .filter(silence -> silence.nanos() > unusual)
            .toList();
    long partitions = away.stream().map(Silence::partition).distinct().count();
    long back = away.stream().mapToLong(silence -> silence.toNanos() - faultNanos).max().orElse(0);
    long longest =
        answers.stream()
            .filter(answer -> answer.acceptedNanos() > faultNanos)
            .mapToLong(Answer::waitNanos)
            .max()
            .orElse(0);
    return new Outage(partitions, back / NANOS_PER_MS, longest / NANOS_PER_MS);
  }

  private static List<Silence> silences(List<Answer> answers) {
    List<Silence> silences = new ArrayList<>();
    Map<Integer, Long> lastAccepted = new HashMap<>();
    answers.stream()
        .sorted(Comparator.comparingLong(Answer::acceptedNanos))
        .forEach(
            answer -> {
              Long last = lastAccepted.put(answer.partition(), answer.acceptedNanos());
              long from = last == null ? answer.sentNanos() : Math.max(last, answer.sentNanos());
              silences.add(new Silence(answer.partition(), from, answer.acceptedNanos()));
            });
    return silences;
  }

  /** Half of the silences of the seconds before the fault were at most as long. */
  private static long calmNanos(List<Silence> silences, long faultNanos) {
    List<Long> calm =
        silences.stream()
            .filter(silence -> silence.toNanos() <= faultNanos)
            .filter(silence -> silence.toNanos() > faultNanos - CALM_NANOS)
            .map(Silence::nanos)
            .sorted()
            .toList();
    return calm.isEmpty() ? 0 : calm.get(calm.size() / 2);
  }
}
