package dev.voxelmill.storage.checkpoint;

import static java.util.Objects.requireNonNull;

import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.storage.chunk.ChunkConfig;
import dev.voxelmill.storage.chunk.ChunkLabel;
import dev.voxelmill.storage.chunk.ChunkReader;
import dev.voxelmill.storage.chunk.ChunkWriter;
import dev.voxelmill.storage.topics.Installation;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.TopicPartition;

/** Checkpoints as chunks in the home partition of their job. */
public final class KafkaCheckpointStore implements CheckpointStore {
  /**
   * Version of what tasks put into their states, written with every chunk. Raised when a state
   * changes its meaning, so that one of an older kind is refused instead of misread.
   */
  private static final String FORMAT = "1";

  private final Installation installation;
  private final ChunkWriter writer;
  private final ChunkReader reader;
  private final PayloadEncoding encoding;

  /** A store that connects on first use. */
  public KafkaCheckpointStore(Installation installation, ChunkConfig config) {
    this.installation = requireNonNull(installation, "installation");
    this.encoding =
        new PayloadEncoding(
            new PayloadEncoding.Choice(
                config.zstdLevel(), config.worthwhileSaving(), config.sparseSaving()));
    this.writer = new ChunkWriter(installation, config, "checkpoint-writer");
    this.reader = new ChunkReader(installation, config, "checkpoint-reader");
  }

  @Override
  public CompletionStage<CheckpointManifest> write(
      CheckpointKey key, long nextStep, String deviceClass, byte[] payload) {
    TopicPartition home = home(key.job());
    AtomicReference<CheckpointManifest.PayloadCodec> codec = new AtomicReference<>();
    return writer
        .write(
            home,
            label(key, nextStep),
            () -> {
              codec.set(encoding.choose(payload));
              return encoding.encode(codec.get(), payload);
            })
        .thenApply(
            chunks ->
                new CheckpointManifest(
                    key.task(),
                    key.attempt(),
                    key.number(),
                    nextStep,
                    home.partition(),
                    codec.get(),
                    payload.length,
                    chunks,
                    deviceClass));
  }

  @Override
  public CompletionStage<byte[]> read(JobId job, CheckpointManifest manifest) {
    return reader
        .read(source(manifest), label(job, manifest), manifest.chunks())
        .thenApply(
            encoded ->
                PayloadEncoding.decode(
                    manifest.codec(), encoded, Math.toIntExact(manifest.length())));
  }

  @Override
  public CompletionStage<Void> delete(JobId job, CheckpointManifest manifest) {
    return writer.delete(source(manifest), label(job, manifest), manifest.chunks().size());
  }

  @Override
  public void close() {
    writer.close();
    reader.close();
  }

  private TopicPartition home(JobId job) {
    return installation.partition(Topic.CHECKPOINTS, installation.home(job));
  }

  private TopicPartition source(CheckpointManifest manifest) {
    return installation.partition(Topic.CHECKPOINTS, manifest.partition());
  }

  private static ChunkLabel label(JobId job, CheckpointManifest manifest) {
    return label(
        new CheckpointKey(job, manifest.task(), manifest.attempt(), manifest.number()),
        manifest.nextStep());
  }

  private static ChunkLabel label(CheckpointKey key, long nextStep) {
    return new ChunkLabel(
        key.toString(),
        Map.of(
            "format", FORMAT,
            "attempt", Integer.toString(key.attempt()),
            "number", Integer.toString(key.number()),
            "step", Long.toString(nextStep)));
  }
}
