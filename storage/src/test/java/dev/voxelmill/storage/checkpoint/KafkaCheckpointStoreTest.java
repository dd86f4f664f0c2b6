package dev.voxelmill.storage.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.ConfigFactory;
import dev.voxelmill.protocols.config.ConfFile;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.CheckpointManifest.PayloadCodec;
import dev.voxelmill.protocols.job.ChunkRef;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.storage.BrokerExtension;
import dev.voxelmill.storage.CommittedRecords;
import dev.voxelmill.storage.chunk.ChunkConfig;
import dev.voxelmill.storage.chunk.ChunkDamagedException;
import dev.voxelmill.storage.chunk.ChunkDamagedException.Reason;
import dev.voxelmill.storage.topics.Installation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(BrokerExtension.class)
class KafkaCheckpointStoreTest {
  private static final int CHUNK = 4096;
  private static final JobId JOB = new JobId("default", "car-1");

  private Installation installation;
  private CheckpointStore store;

  @BeforeEach
  void open(Installation given) {
    installation = given;
    ChunkConfig small =
        ChunkConfig.from(
            ConfigFactory.parseString("chunks { size = 4KiB, fetch = 16KiB, patience = 30s }")
                .withFallback(ConfFile.read("storage.conf")));
    store = new KafkaCheckpointStore(installation, small);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 20 * CHUNK + 3})
  void aPayloadComesBackByteForByte(int length) throws Exception {
    byte[] payload = Payloads.noise(length);

    CheckpointManifest manifest = write("sizes", 1, 1 + length, payload);

    assertArrayEquals(payload, await(store.read(JOB, manifest)));
    assertEquals((length + CHUNK - 1) / CHUNK, manifest.chunks().size());
    assertEquals(PayloadCodec.NONE, manifest.codec());
  }

  @Test
  void aSmoothFieldIsStoredSmallerAndComesBackByteForByte() throws Exception {
    byte[] payload = Payloads.smooth(64 * CHUNK);

    CheckpointManifest manifest = write("smooth", 1, 1, payload);

    assertEquals(PayloadCodec.SHUFFLE4_ZSTD, manifest.codec());
    assertArrayEquals(payload, await(store.read(JOB, manifest)));
  }

  @Test
  void checkpointsWrittenAtOnceKeepApart() throws Exception {
    List<CompletionStage<CheckpointManifest>> writes = new ArrayList<>();
    for (int attempt = 1; attempt <= 8; attempt++) {
      byte[] payload = Payloads.noise(5 * CHUNK + attempt);
      writes.add(store.write(new CheckpointKey(JOB, "apart", attempt, 1), 10, "cpu", payload));
    }

    for (int attempt = 1; attempt <= 8; attempt++) {
      CheckpointManifest manifest = await(writes.get(attempt - 1));
      assertArrayEquals(Payloads.noise(5 * CHUNK + attempt), await(store.read(JOB, manifest)));
    }
  }

  @Test
  void aFlippedByteIsFoundAndItsChunkNamed() throws Exception {
    CheckpointManifest manifest = write("flipped", 1, 1, Payloads.noise(3 * CHUNK));
    ConsumerRecord<String, byte[]> whole = records("default/car-1/flipped/1/1/1").getFirst();
    byte[] damaged = whole.value().clone();
    damaged[17] ^= 1;
    long offset = writeRaw(whole, damaged);

    CheckpointManifest pointing =
        withChunk(manifest, 1, chunk -> new ChunkRef(offset, chunk.length(), chunk.crc32c()));

    assertDamage(Reason.CHECKSUM, 1, pointing);
  }

  @Test
  void aManifestThatContradictsItsChunksIsFound() throws Exception {
    CheckpointManifest manifest = write("wrong", 1, 1, Payloads.noise(3 * CHUNK));
    ChunkRef first = manifest.chunks().getFirst();

    assertDamage(
        Reason.CHECKSUM,
        2,
        withChunk(
            manifest, 2, c -> new ChunkRef(c.offset(), c.length(), c.crc32c() ^ 0xFFFF_FFFFL)));
    assertDamage(
        Reason.LENGTH,
        0,
        withChunk(manifest, 0, c -> new ChunkRef(c.offset(), c.length() + 1, c.crc32c())));
    assertDamage(Reason.FOREIGN, 1, withChunk(manifest, 1, c -> first));
    assertDamage(
        Reason.MISSING,
        2,
        withChunk(manifest, 2, c -> new ChunkRef(c.offset() + 1000, c.length(), c.crc32c())));
    assertDamage(Reason.PAYLOAD, -1, copy(manifest, 1, 10, manifest.length() + 1));
  }

  @Test
  void chunksOfAnotherAttemptOrStepAreForeign() throws Exception {
    CheckpointManifest manifest = write("other", 2, 1, Payloads.noise(CHUNK));

    assertDamage(Reason.FOREIGN, 0, copy(manifest, 1, 10, manifest.length()));
    assertDamage(Reason.FOREIGN, 0, copy(manifest, 2, 11, manifest.length()));
  }

  @Test
  void aDeletedCheckpointHasATombstoneForEveryChunk() throws Exception {
    CheckpointManifest manifest = write("deleted", 1, 1, Payloads.noise(2 * CHUNK));

    await(store.delete(JOB, manifest));

    for (int chunk = 0; chunk < 2; chunk++) {
      assertEquals(null, records("default/car-1/deleted/1/1/" + chunk).getLast().value());
    }
  }

  private CheckpointManifest write(String task, int attempt, int number, byte[] payload)
      throws Exception {
    return await(store.write(new CheckpointKey(JOB, task, attempt, number), 10, "cpu", payload));
  }

  private void assertDamage(Reason reason, int chunk, CheckpointManifest manifest) {
    ExecutionException failure =
        assertThrows(ExecutionException.class, () -> await(store.read(JOB, manifest)));
    var damage = assertInstanceOf(ChunkDamagedException.class, failure.getCause());
    assertEquals(reason, damage.reason(), damage.getMessage());
    assertEquals(chunk, damage.chunk(), damage.getMessage());
  }

  private List<ConsumerRecord<String, byte[]>> records(String key) {
    return CommittedRecords.of(installation, Topic.CHECKPOINTS, installation.home(JOB)).stream()
        .filter(record -> record.key().equals(key))
        .toList();
  }

  private long writeRaw(ConsumerRecord<String, byte[]> like, byte[] value) throws Exception {
    try (var producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", installation.bootstrap()),
            new StringSerializer(),
            new ByteArraySerializer())) {
      return producer
          .send(
              new ProducerRecord<>(
                  like.topic(), like.partition(), like.key(), value, like.headers()))
          .get()
          .offset();
    }
  }

  private static CheckpointManifest withChunk(
      CheckpointManifest manifest, int index, UnaryOperator<ChunkRef> change) {
    List<ChunkRef> chunks = new ArrayList<>(manifest.chunks());
    chunks.set(index, change.apply(chunks.get(index)));
    return copy(manifest, manifest.attempt(), manifest.nextStep(), manifest.length(), chunks);
  }

  private static CheckpointManifest copy(
      CheckpointManifest manifest, int attempt, long nextStep, long length) {
    return copy(manifest, attempt, nextStep, length, manifest.chunks());
  }

  private static CheckpointManifest copy(
      CheckpointManifest manifest, int attempt, long nextStep, long length, List<ChunkRef> chunks) {
    return new CheckpointManifest(
        manifest.task(),
        attempt,
        manifest.number(),
        nextStep,
        manifest.partition(),
        manifest.codec(),
        length,
        chunks,
        manifest.deviceClass());
  }

  private static <T> T await(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(2, TimeUnit.MINUTES);
  }
}
