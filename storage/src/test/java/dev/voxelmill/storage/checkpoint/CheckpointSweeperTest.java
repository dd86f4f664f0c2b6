package dev.voxelmill.storage.checkpoint;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.storage.BrokerExtension;
import dev.voxelmill.storage.chunk.ChunkConfig;
import dev.voxelmill.storage.log.CommitOutcome;
import dev.voxelmill.storage.log.LogBatch;
import dev.voxelmill.storage.log.LogConfig;
import dev.voxelmill.storage.log.LogEntry;
import dev.voxelmill.storage.log.OpenOutcome;
import dev.voxelmill.storage.log.PartitionLog;
import dev.voxelmill.storage.log.PartitionLogs;
import dev.voxelmill.storage.topics.Installation;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(BrokerExtension.class)
class CheckpointSweeperTest {
  private static final JobId LIVE = new JobId("default", "live");
  private static final JobId DEAD = new JobId("default", "dead");
  private static final int MIB = 1 << 20;

  private Installation installation;
  private CheckpointStore store;
  private CheckpointSweeper sweeper;

  @BeforeEach
  void open(Installation given) {
    installation = given;
    store = new KafkaCheckpointStore(installation, ChunkConfig.load());
    sweeper = new CheckpointSweeper(installation, ChunkConfig.load());
  }

  @AfterEach
  void close() {
    sweeper.close();
    store.close();
  }

  @Test
  void whatIsStoredIsFoundUntilItIsDeletedByWhomever() throws Exception {
    JobId job = new JobId("default", "found");
    int home = installation.home(job);
    CheckpointKey kept = new CheckpointKey(job, "distill", 1, 1);
    CheckpointKey dropped = new CheckpointKey(job, "distill", 1, 2);
    CheckpointKey late = new CheckpointKey(job, "distill", 2, 1);
    write(kept, Payloads.noise(100));
    CheckpointManifest manifest = write(dropped, Payloads.noise(2 * MIB + 1));

    Set<CheckpointKey> first = of(job, home);
    wait(store.delete(job, manifest));
    write(late, Payloads.noise(100));
    Set<CheckpointKey> second = of(job, home);
    wait(sweeper.delete(home, List.of(late)));

    assertEquals(Set.of(kept, dropped), first);
    assertEquals(Set.of(kept, late), second);
    assertEquals(Set.of(kept), of(job, home));
  }

  @Test
  void anOwnerErasesOrphansAndAFencedOneCannot() throws Exception {
    JobId job = new JobId("default", "forgotten");
    int home = installation.home(job);
    Instant before = Instant.now();
    CheckpointKey orphan = new CheckpointKey(job, "distill", 1, 1);
    CheckpointKey other = new CheckpointKey(job, "distill", 1, 2);
    write(orphan, Payloads.noise(2 * MIB + 1));
    CheckpointManifest needed = write(other, Payloads.noise(100));
    StoredCheckpoint found = stored(home, orphan);
    PartitionLog zombie = log(home);
    PartitionLog owner = log(home);

    CommitOutcome refused = wait(zombie.commit(erased(stored(home, other))));
    CommitOutcome committed = wait(owner.commit(erased(found)));

    assertEquals(3, found.chunks());
    assertFalse(found.writtenAt().isBefore(before.truncatedTo(ChronoUnit.MILLIS)));
    assertEquals(new CommitOutcome.Fenced(), refused);
    assertEquals(new CommitOutcome.Committed(), committed);
    // The coordinator answers before every partition has its commit marker.
    await()
        .atMost(Duration.ofMinutes(2))
        .untilAsserted(() -> assertEquals(Set.of(other), of(job, home)));
    assertArrayEquals(Payloads.noise(100), wait(store.read(job, needed)));
    owner.close();
  }

  private StoredCheckpoint stored(int home, CheckpointKey key) throws Exception {
    return wait(sweeper.stored(home)).stream()
        .filter(stored -> stored.key().equals(key))
        .findFirst()
        .orElseThrow();
  }

  private PartitionLog log(int home) throws Exception {
    return ((OpenOutcome.Opened) wait(new PartitionLogs(installation, LogConfig.load()).open(home)))
        .log();
  }

  private static LogBatch erased(StoredCheckpoint orphan) {
    List<LogEntry> entries = new ArrayList<>();
    orphan.recordKeys().forEach(key -> entries.add(new LogEntry.Erase(key)));
    return LogBatch.of(entries);
  }

  @Test
  void aSweptTopicShrinksAndLiveCheckpointsStillReadBackByTheirOffsets() throws Exception {
    int home = installation.home(DEAD);
    byte[] live = Payloads.noise(3 * MIB);
    CheckpointManifest kept = write(new CheckpointKey(livingBeside(home), "distill", 1, 1), live);
    List<CheckpointKey> dead = new ArrayList<>();
    CheckpointManifest last = kept;
    for (int number = 1; number <= 8; number++) {
      dead.add(new CheckpointKey(DEAD, "distill", 1, number));
      last = write(dead.getLast(), Payloads.noise(4 * MIB));
    }
    CheckpointManifest unread = last;
    LogCleaner cleaner = new LogCleaner(installation);
    long full = cleaner.bytes(home);
    cleaner.hurry();

    sweeper.stored(home).toCompletableFuture().get(2, TimeUnit.MINUTES);
    wait(sweeper.delete(home, dead));

    await()
        .atMost(Duration.ofMinutes(2))
        .until(
            () -> {
              // Only what a newer segment follows is cleaned.
              write(new CheckpointKey(DEAD, "roll", 1, 1), Payloads.noise(10));
              return cleaner.bytes(home) < full / 2;
            });
    assertArrayEquals(live, wait(store.read(livingBeside(home), kept)));
    assertThrows(ExecutionException.class, () -> wait(store.read(DEAD, unread)));
    assertTrue(full > 32L * MIB);
  }

  /** A job whose home is the same. */
  private JobId livingBeside(int home) {
    JobId job = LIVE;
    for (int i = 0; installation.home(job) != home; i++) {
      job = new JobId(LIVE.tenant(), LIVE.id() + i);
    }
    return job;
  }

  private Set<CheckpointKey> of(JobId job, int home) throws Exception {
    return wait(sweeper.stored(home)).stream()
        .map(StoredCheckpoint::key)
        .filter(key -> key.job().equals(job))
        .collect(Collectors.toSet());
  }

  private CheckpointManifest write(CheckpointKey key, byte[] payload) throws Exception {
    return wait(store.write(key, 1, "cpu", payload));
  }

  private static <T> T wait(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(2, TimeUnit.MINUTES);
  }
}
