package dev.voxelmill.actors.history;

import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.FileRef;
import dev.voxelmill.protocols.job.Sha256;
import dev.voxelmill.protocols.topic.AssetRecord;
import dev.voxelmill.storage.blob.BlobStore;
import dev.voxelmill.storage.chunk.ChunkConfig;
import dev.voxelmill.storage.topics.Installation;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What the bytes under an asset's references really are. Every chunk that passes by is hashed, so
 * that a file of one chunk needs no further read; larger ones are read as any consumer does.
 */
final class StoredFiles implements AutoCloseable {
  private static final long READ_LIMIT_SECONDS = 60;

  private final BlobStore blobs;
  private final Map<Place, Observation.Content> chunks = new HashMap<>();

  private record Place(int partition, long offset) {}

  StoredFiles(Installation installation) {
    this.blobs = new BlobStore(installation, ChunkConfig.load());
  }

  /** Takes in one record of {@code blobs}. */
  void onChunk(ConsumerRecord<byte[], byte[]> chunk) {
    if (chunk.value() != null) {
      chunks.put(new Place(chunk.partition(), chunk.offset()), content(chunk.value()));
    }
  }

  /** What there is under each reference of an asset, by the SHA-256 that the reference claims. */
  Map<String, Observation.Content> of(AssetRecord asset) throws InterruptedException {
    Map<String, Observation.Content> real = new HashMap<>();
    for (FileRef file : asset.files()) {
      Optional<Observation.Content> content = content(file.blob());
      if (content.isPresent()) {
        real.put(file.blob().sha256(), content.get());
      }
    }
    return real;
  }

  private Optional<Observation.Content> content(BlobRef blob) throws InterruptedException {
    if (blob.chunks().size() == 1) {
      Place place = new Place(blob.partition(), blob.chunks().getFirst().offset());
      if (chunks.containsKey(place)) {
        return Optional.of(chunks.get(place));
      }
    }
    try {
      return Optional.of(
          content(blobs.get(blob).toCompletableFuture().get(READ_LIMIT_SECONDS, TimeUnit.SECONDS)));
    } catch (ExecutionException | TimeoutException e) {
      // Gone or damaged: either way it is not what the manifest says.
      return Optional.empty();
    }
  }

  private static Observation.Content content(byte[] bytes) {
    return new Observation.Content(Sha256.hex(bytes), bytes.length);
  }

  @Override
  public void close() {
    blobs.close();
  }
}
