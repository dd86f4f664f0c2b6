package dev.voxelmill.gpu.worker;

import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.ChunkRef;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.job.Sha256;
import dev.voxelmill.storage.chunk.ChunkDamagedException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** An archive in memory, whose writes a test may hold back. */
final class MemoryArchive implements Archive {
  private final Map<Long, byte[]> payloads = new ConcurrentHashMap<>();
  private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
  private final Queue<Runnable> held = new ArrayDeque<>();
  private final AtomicInteger refused = new AtomicInteger();
  private boolean holding;
  private volatile boolean away;

  @Override
  public CompletionStage<byte[]> read(JobId job, CheckpointManifest manifest) {
    if (away) {
      return refuse();
    }
    return found(payloads.get(manifest.chunks().getFirst().offset()));
  }

  @Override
  public CompletionStage<byte[]> read(BlobRef blob) {
    if (away) {
      return refuse();
    }
    return found(blobs.getOrDefault(blob.sha256(), new byte[0]));
  }

  @Override
  public synchronized CompletionStage<CheckpointManifest> write(Label label, byte[] payload) {
    if (away) {
      return refuse();
    }
    long offset = payloads.size();
    payloads.put(offset, payload.clone());
    return landed(
        new CheckpointManifest(
            label.attempt().task().task(),
            label.attempt().attempt(),
            label.number(),
            label.nextStep(),
            0,
            CheckpointManifest.PayloadCodec.NONE,
            payload.length,
            List.of(new ChunkRef(offset, payload.length, 0)),
            label.deviceClass(),
            label.marks()));
  }

  @Override
  public synchronized CompletionStage<BlobRef> write(byte[] content) {
    if (away) {
      return refuse();
    }
    String sha256 = Sha256.hex(content);
    blobs.put(sha256, content.clone());
    return landed(new BlobRef(sha256, content.length, 0, List.of()));
  }

  /** From now on writes land only when {@link #land} is called. */
  synchronized void hold() {
    holding = true;
  }

  /** Lands what was held back, and holds nothing back any more. */
  void land() {
    List<Runnable> waiting;
    synchronized (this) {
      holding = false;
      waiting = new ArrayList<>(held);
      held.clear();
    }
    waiting.forEach(Runnable::run);
  }

  void lose(CheckpointManifest manifest) {
    payloads.remove(manifest.chunks().getFirst().offset());
  }

  /** Puts other bytes where a checkpoint was. */
  void replace(CheckpointManifest manifest, byte[] payload) {
    payloads.put(manifest.chunks().getFirst().offset(), payload);
  }

  /** From now on every call fails as when the log does not answer. */
  void leave() {
    away = true;
  }

  void comeBack() {
    away = false;
  }

  /** How many calls failed because the log was away. */
  int refused() {
    return refused.get();
  }

  private <T> CompletionStage<T> refuse() {
    refused.incrementAndGet();
    return CompletableFuture.failedStage(
        new LogAwayException(new TimeoutException("no answer within 30 s")));
  }

  private <T> CompletionStage<T> landed(T value) {
    CompletableFuture<T> future = new CompletableFuture<>();
    if (holding) {
      held.add(() -> future.complete(value));
    } else {
      future.complete(value);
    }
    return future;
  }

  private static CompletionStage<byte[]> found(byte[] bytes) {
    return bytes == null
        ? CompletableFuture.failedStage(
            new ChunkDamagedException(ChunkDamagedException.Reason.MISSING, 0, "chunk missing"))
        : CompletableFuture.completedStage(bytes);
  }
}
