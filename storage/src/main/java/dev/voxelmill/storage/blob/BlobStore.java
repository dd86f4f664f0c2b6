package dev.voxelmill.storage.blob;

import static java.util.Objects.requireNonNull;

import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.Sha256;
import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.storage.chunk.ChunkConfig;
import dev.voxelmill.storage.chunk.ChunkDamagedException;
import dev.voxelmill.storage.chunk.ChunkDamagedException.Reason;
import dev.voxelmill.storage.chunk.ChunkLabel;
import dev.voxelmill.storage.chunk.ChunkReader;
import dev.voxelmill.storage.chunk.ChunkWriter;
import dev.voxelmill.storage.topics.Installation;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.TopicPartition;

/**
 * Keeps bytes under their SHA-256. No call blocks; stages complete on a thread of the store.
 *
 * <p>Written twice, the bytes lie at two places until compaction drops the older ones. A reference
 * to those stays good: the later copy has the same keys, and is searched for.
 */
public final class BlobStore implements AutoCloseable {
  private final Installation installation;
  private final ChunkWriter writer;
  private final ChunkReader reader;

  /** A store that connects on first use. */
  public BlobStore(Installation installation, ChunkConfig config) {
    this.installation = requireNonNull(installation, "installation");
    this.writer = new ChunkWriter(installation, config, "blob-writer");
    this.reader = new ChunkReader(installation, config, "blob-reader");
  }

  /**
   * Stores bytes; the stage completes when all of them are durable.
   *
   * @param content not to be changed until the stage completes
   */
  public CompletionStage<BlobRef> put(byte[] content) {
    String sha256 = Sha256.hex(content);
    TopicPartition target = installation.partition(Topic.BLOBS, installation.spread(sha256));
    return writer
        .write(target, label(sha256), () -> content)
        .thenApply(chunks -> new BlobRef(sha256, content.length, target.partition(), chunks));
  }

  /**
   * The bytes of a reference. The stage fails with {@link ChunkDamagedException} when they cannot
   * be given back.
   */
  public CompletionStage<byte[]> get(BlobRef blob) {
    TopicPartition source = installation.partition(Topic.BLOBS, blob.partition());
    ChunkLabel label = label(blob.sha256());
    return reader
        .read(source, label, blob.chunks())
        .exceptionallyCompose(
            failure ->
                isMissing(failure)
                    ? reader.search(source, label, blob.chunks())
                    : CompletableFuture.failedStage(failure))
        .thenApply(content -> verified(blob, content));
  }

  /** Finishes what was asked for and releases everything. */
  @Override
  public void close() {
    writer.close();
    reader.close();
  }

  private static boolean isMissing(Throwable failure) {
    return failure.getCause() instanceof ChunkDamagedException damaged
        && damaged.reason() == Reason.MISSING;
  }

  private static byte[] verified(BlobRef blob, byte[] content) {
    String actual = Sha256.hex(content);
    if (!actual.equals(blob.sha256()) || content.length != blob.size()) {
      throw new ChunkDamagedException(
          Reason.PAYLOAD,
          -1,
          "blob: "
              + actual
              + " of "
              + content.length
              + " bytes (expected: "
              + blob.sha256()
              + " of "
              + blob.size()
              + ")");
    }
    return content;
  }

  private static ChunkLabel label(String sha256) {
    return new ChunkLabel(sha256, Map.of());
  }
}
