package dev.voxelmill.storage.checkpoint;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.storage.BrokerExtension;
import dev.voxelmill.storage.chunk.ChunkConfig;
import dev.voxelmill.storage.topics.Installation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * With a cleaner made quick, the topic gives back the room of deleted checkpoints, and a checkpoint
 * that nobody has touched since, as that of a paused job, still reads by its old offsets.
 */
@ExtendWith(BrokerExtension.class)
class LogCleaningTest {
  private static final int STATE = 1 << 20;
  private static final int FINISHED_JOBS = 24;
  private static final Duration LIMIT = Duration.ofMinutes(3);

  @Test
  void deletedCheckpointsGiveBackTheirRoomAndAPausedJobKeepsItsOwn(Installation installation)
      throws Exception {
    LogCleaner cleaner = new LogCleaner(installation);
    try (CheckpointStore store = new KafkaCheckpointStore(installation, ChunkConfig.load())) {
      cleaner.hurry();
      JobId paused = new JobId("default", "paused");
      byte[] state = Payloads.noise(STATE);
      CheckpointManifest kept =
          get(store.write(new CheckpointKey(paused, "distill", 1, 1), 10, "cpu", state));
      List<CheckpointManifest> dead = new ArrayList<>();
      JobId finished = atTheSameHome(installation, paused);
      for (int number = 1; number <= FINISHED_JOBS; number++) {
        dead.add(
            get(
                store.write(
                    new CheckpointKey(finished, "distill", 1, number), number, "cpu", state)));
      }
      long full = cleaner.bytes();
      for (CheckpointManifest manifest : dead) {
        get(store.delete(finished, manifest));
      }

      // Only what lies before the segment being written is cleaned, so something must be written.
      int[] number = {FINISHED_JOBS};
      await()
          .atMost(LIMIT)
          .pollInterval(Duration.ofMillis(500))
          .until(
              () -> {
                number[0]++;
                CheckpointManifest later =
                    get(
                        store.write(
                            new CheckpointKey(finished, "distill", 1, number[0]),
                            number[0],
                            "cpu",
                            Payloads.noise(64)));
                get(store.delete(finished, later));
                return cleaner.bytes() < full / 4;
              });

      assertArrayEquals(state, get(store.read(paused, kept)));
    }
  }

  private static JobId atTheSameHome(Installation installation, JobId job) {
    for (int i = 0; ; i++) {
      JobId other = new JobId("default", "finished-" + i);
      if (installation.home(other) == installation.home(job)) {
        return other;
      }
    }
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(2, TimeUnit.MINUTES);
  }
}
