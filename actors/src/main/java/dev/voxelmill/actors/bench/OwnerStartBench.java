package dev.voxelmill.actors.bench;

import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.plan.Method;
import dev.voxelmill.protocols.plan.Methods;
import dev.voxelmill.storage.log.CommitOutcome;
import dev.voxelmill.storage.log.LogBatch;
import dev.voxelmill.storage.log.LogConfig;
import dev.voxelmill.storage.log.LogEntry;
import dev.voxelmill.storage.log.OpenOutcome;
import dev.voxelmill.storage.log.PartitionLog;
import dev.voxelmill.storage.topics.Installation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * How long all owners of an installation take to come back: every partition's log is opened at
 * once, which fences whoever held it, replays every job and finds where to go on in the intake.
 */
public final class OwnerStartBench {
  private static final int BATCH = 200;

  private final Installation installation;
  private final LogConfig config;

  /** A bench on topics that exist and that nobody else owns. */
  public OwnerStartBench(Installation installation, LogConfig config) {
    this.installation = installation;
    this.config = config;
  }

  /**
   * Remembers unfinished jobs, then opens every partition again and again.
   *
   * @param jobs how many, over all partitions
   * @return milliseconds of each opening, the last partition's included; the first is cold
   */
  public List<Double> measure(int jobs, int rounds) {
    remember(jobs);
    List<Double> ms = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      long begun = System.nanoTime();
      List<OpenOutcome.Opened> opened = openAll();
      ms.add((System.nanoTime() - begun) / 1e6);
      int found = opened.stream().mapToInt(log -> log.replay().states().size()).sum();
      closeAll(opened);
      if (found != jobs) {
        throw new IllegalStateException(
            "replayed %d jobs (expected: %d; the topics must be fresh)".formatted(found, jobs));
      }
    }
    return ms;
  }

  private void remember(int jobs) {
    List<OpenOutcome.Opened> owners = openAll();
    List<List<LogEntry>> batches = new ArrayList<>();
    owners.forEach(owner -> batches.add(new ArrayList<>()));
    Method method = Methods.named("synthetic").orElseThrow();
    for (int number = 0; number < jobs; number++) {
      JobState state = QueuedJobs.accepted(method, number, Instant.EPOCH);
      int home = installation.home(state.job());
      batches.get(home).add(new LogEntry.Remember(state));
      if (batches.get(home).size() == BATCH) {
        commit(owners.get(home), batches.get(home));
      }
    }
    for (int partition = 0; partition < owners.size(); partition++) {
      commit(owners.get(partition), batches.get(partition));
    }
    closeAll(owners);
  }

  private static void commit(OpenOutcome.Opened owner, List<LogEntry> batch) {
    CommitOutcome outcome = owner.log().commit(LogBatch.of(batch)).toCompletableFuture().join();
    if (!(outcome instanceof CommitOutcome.Committed)) {
      throw new IllegalStateException("cannot remember the jobs: " + outcome);
    }
    batch.clear();
  }

  private List<OpenOutcome.Opened> openAll() {
    List<CompletionStage<OpenOutcome>> opening = new ArrayList<>();
    for (int partition = 0; partition < installation.partitions(); partition++) {
      opening.add(PartitionLog.open(installation, partition, config));
    }
    List<OpenOutcome.Opened> opened = new ArrayList<>();
    for (CompletionStage<OpenOutcome> stage : opening) {
      switch (stage.toCompletableFuture().join()) {
        case OpenOutcome.Opened log -> opened.add(log);
        case OpenOutcome.Unavailable unavailable ->
            throw new IllegalStateException("cannot open a partition", unavailable.cause());
      }
    }
    return opened;
  }

  private static void closeAll(List<OpenOutcome.Opened> opened) {
    opened.forEach(owner -> owner.log().close());
    CompletableFuture.allOf(
            opened.stream()
                .map(owner -> owner.log().closed().toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new))
        .join();
  }
}
