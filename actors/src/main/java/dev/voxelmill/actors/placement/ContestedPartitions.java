package dev.voxelmill.actors.placement;

import dev.voxelmill.protocols.topic.FleetRecord;
import dev.voxelmill.protocols.worker.PlacementMessage.Contested;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Partitions whose owners have told that they are fenced again and again. They tell at each
 * fencing, so that a partition of which nobody has told for a minute is in good hands again.
 */
final class ContestedPartitions {
  private static final long REMEMBERED_NANOS = Duration.ofMinutes(1).toNanos();

  private final Map<Integer, Word> words = new TreeMap<>();

  private record Word(int fencings, long heardNanos) {}

  void hear(Contested news, long nowNanos) {
    words.put(news.partition(), new Word(news.fencings(), nowNanos));
  }

  /** Those of the last minute. */
  List<FleetRecord.Contested> now(long nowNanos) {
    words.values().removeIf(word -> nowNanos - word.heardNanos() >= REMEMBERED_NANOS);
    return words.entrySet().stream()
        .map(entry -> new FleetRecord.Contested(entry.getKey(), entry.getValue().fencings()))
        .toList();
  }
}
