package dev.voxelmill.simulation;

import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.JobId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Chunks of checkpoints: written outside transactions, deleted by tombstone. */
final class CheckpointTopic {
  private final Map<Key, Reading> states = new LinkedHashMap<>();
  private final History history;
  private final Sabotage sabotage;

  /** What there is of a checkpoint. */
  sealed interface Reading {}

  /** Its chunks are whole. */
  record Stored(long state) implements Reading {}

  /** A chunk's checksum is wrong. */
  record Damaged() implements Reading {}

  /** It was never written, or was deleted. */
  record Missing() implements Reading {}

  private record Key(JobId job, String task, int attempt, int number) {
    static Key of(JobId job, CheckpointManifest manifest) {
      return new Key(job, manifest.task(), manifest.attempt(), manifest.number());
    }
  }

  CheckpointTopic(History history, Sabotage sabotage) {
    this.history = history;
    this.sabotage = sabotage;
  }

  void write(JobId job, CheckpointManifest manifest, long state) {
    states.put(Key.of(job, manifest), new Stored(state));
  }

  Reading read(JobId job, CheckpointManifest manifest) {
    return states.getOrDefault(Key.of(job, manifest), new Missing());
  }

  /** Turns some bits of a checkpoint over. */
  void damageOne(SplittableRandom random) {
    if (!states.isEmpty()) {
      Key key = List.copyOf(states.keySet()).get(random.nextInt(states.size()));
      states.put(key, new Damaged());
    }
  }

  void drop(JobId job, List<CheckpointManifest> checkpoints) {
    for (CheckpointManifest manifest : checkpoints) {
      history.dropped(job, manifest);
      states.remove(Key.of(job, manifest));
      if (sabotage == Sabotage.NEEDED_CHECKPOINTS_DROPPED) {
        states
            .keySet()
            .removeIf(key -> key.job().equals(job) && key.task().equals(manifest.task()));
      }
    }
  }
}
