package dev.voxelmill.gpu.worker;

import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.JobId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The archive of one attempt. While the log is away it tries again after a pause, as long as the
 * attempt holds its device: what was computed is not given up because a broker restarts.
 */
final class PatientArchive implements Archive, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PatientArchive.class);

  private final Archive archive;
  private final Duration pause;
  private final Executor later;
  private volatile boolean closed;

  /**
   * An archive over another one.
   *
   * @param pause between two tries
   */
  PatientArchive(Archive archive, Duration pause) {
    this.archive = archive;
    this.pause = pause;
    later = CompletableFuture.delayedExecutor(pause.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public CompletionStage<byte[]> read(JobId job, CheckpointManifest manifest) {
    return insist("a checkpoint is not read", () -> archive.read(job, manifest));
  }

  @Override
  public CompletionStage<byte[]> read(BlobRef blob) {
    return insist("a blob is not read", () -> archive.read(blob));
  }

  @Override
  public CompletionStage<CheckpointManifest> write(Label label, byte[] payload) {
    return insist("a checkpoint is not stored", () -> archive.write(label, payload));
  }

  @Override
  public CompletionStage<BlobRef> write(byte[] content) {
    return insist("a blob is not stored", () -> archive.write(content));
  }

  /** Tries nothing again from now on. */
  @Override
  public void close() {
    closed = true;
  }

  private <T> CompletionStage<T> insist(String what, Supplier<CompletionStage<T>> call) {
    return call.get()
        .exceptionallyCompose(
            failure -> {
              if (closed || !isAway(failure)) {
                return CompletableFuture.failedStage(failure);
              }
              LOG.warn("{}, again in {} ms: {}", what, pause.toMillis(), failure.getMessage());
              return CompletableFuture.runAsync(() -> {}, later)
                  .thenCompose(waited -> insist(what, call));
            });
  }

  private static boolean isAway(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof LogAwayException;
  }
}
