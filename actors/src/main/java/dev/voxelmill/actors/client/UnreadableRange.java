package dev.voxelmill.actors.client;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Offsets of a partition that nobody can read any more, because their bytes have changed on the
 * brokers' disks.
 *
 * @param last inclusive
 */
public record UnreadableRange(int partition, long first, long last) {
  private static final Comparator<UnreadableRange> BY_PLACE =
      Comparator.comparingInt(UnreadableRange::partition).thenComparingLong(UnreadableRange::first);

  /** The same offsets in as few ranges as possible. */
  static List<UnreadableRange> joined(List<UnreadableRange> parts) {
    List<UnreadableRange> joined = new ArrayList<>();
    for (UnreadableRange part : parts.stream().sorted(BY_PLACE).toList()) {
      if (!joined.isEmpty() && joined.getLast().isFollowedBy(part)) {
        UnreadableRange before = joined.removeLast();
        joined.add(new UnreadableRange(part.partition, before.first, part.last));
      } else {
        joined.add(part);
      }
    }
    return joined;
  }

  @Override
  public String toString() {
    return "partition %d, offsets %d to %d".formatted(partition, first, last);
  }

  private boolean isFollowedBy(UnreadableRange next) {
    return next.partition == partition && next.first == last + 1;
  }
}
