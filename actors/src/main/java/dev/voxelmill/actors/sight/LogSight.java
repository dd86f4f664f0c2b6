package dev.voxelmill.actors.sight;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Whether this node alone has lost sight of the log. While the brokers are away for most, nobody is
 * cut off: there is nowhere where the partitions would be better off. Brokers that come back are
 * seen by one node before the other, so the picture has to last.
 *
 * <p>All times are of one monotonic clock, in nanoseconds.
 */
final class LogSight {
  private final SightConfig config;
  private final int majority;
  private final Map<String, Long> others = new HashMap<>();
  private long seen;
  private OptionalLong aloneSince = OptionalLong.empty();

  /**
   * A node that is taken to see the log now.
   *
   * @param majority how many other nodes have to see it before this one counts as cut off
   */
  LogSight(SightConfig config, int majority, long now) {
    this.config = config;
    this.majority = majority;
    this.seen = now;
  }

  /** The brokers have answered this node. */
  void seen(long now) {
    seen = now;
  }

  /** The brokers have answered another node. */
  void seenBy(String node, long now) {
    others.put(node, now);
  }

  /** Whether the brokers have been answering most others, and not this node, for long enough. */
  boolean isCutOff(long now) {
    others.values().removeIf(at -> !isFresh(at, now));
    if (isFresh(seen, now) || others.size() < majority) {
      aloneSince = OptionalLong.empty();
      return false;
    }
    if (aloneSince.isEmpty()) {
      aloneSince = OptionalLong.of(now);
    }
    return now - aloneSince.getAsLong() >= config.patience().toNanos();
  }

  private boolean isFresh(long at, long now) {
    return now - at <= config.fresh().toNanos();
  }
}
