package dev.voxelmill.storage.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.ConfigFactory;
import dev.voxelmill.protocols.config.ConfFile;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.ChunkRef;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.storage.BrokerExtension;
import dev.voxelmill.storage.CommittedRecords;
import dev.voxelmill.storage.chunk.ChunkConfig;
import dev.voxelmill.storage.chunk.ChunkDamagedException;
import dev.voxelmill.storage.chunk.ChunkDamagedException.Reason;
import dev.voxelmill.storage.topics.Installation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever happens to the bytes of a checkpoint, reading it says so. */
@ExtendWith(BrokerExtension.class)
class CheckpointDamageTest {
  private static final int CHUNK = 4096;
  private static final int CHUNKS = 4;
  private static final int SIXTEENTHS = 16;
  private static final long SEED = 12;
  private static final int FLIPS = 8;
  private static final JobId JOB = new JobId("default", "car-1");

  private final Map<Long, ConsumerRecord<String, byte[]>> written = new HashMap<>();
  private Installation installation;
  private CheckpointStore store;
  private KafkaProducer<String, byte[]> vandal;

  @BeforeEach
  void open(Installation given) {
    installation = given;
    store =
        new KafkaCheckpointStore(
            installation,
            ChunkConfig.from(
                ConfigFactory.parseString("chunks { size = 4KiB, fetch = 16KiB, patience = 5s }")
                    .withFallback(ConfFile.read("storage.conf"))));
    vandal =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", installation.bootstrap()),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  @AfterEach
  void close() {
    vandal.close();
    store.close();
  }

  /** Payloads that are stored as they are, in one LZ4 block, and grouped in Zstandard. */
  enum Kind {
    NOISE(CheckpointManifest.PayloadCodec.NONE),
    SPARSE(CheckpointManifest.PayloadCodec.LZ4),
    SMOOTH(CheckpointManifest.PayloadCodec.SHUFFLE4_ZSTD);

    private final CheckpointManifest.PayloadCodec codec;

    Kind(CheckpointManifest.PayloadCodec codec) {
      this.codec = codec;
    }

    byte[] payload() {
      return switch (this) {
        case NOISE -> Payloads.noise(CHUNKS * CHUNK);
        case SPARSE -> sparse();
        case SMOOTH -> Payloads.smooth(64 * CHUNK);
      };
    }

    private static byte[] sparse() {
      byte[] grid = new byte[64 * CHUNK];
      System.arraycopy(Payloads.noise(2 * CHUNK), 0, grid, 5 * CHUNK, 2 * CHUNK);
      return grid;
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void anyFlippedBitIsFound(Kind kind) throws Exception {
    CheckpointManifest manifest = write("flip", kind);
    Random random = new Random(SEED);
    for (int flip = 0; flip < FLIPS; flip++) {
      int chunk = random.nextInt(manifest.chunks().size());
      byte[] value = record(manifest, chunk).value().clone();
      int bit = random.nextInt(value.length * Byte.SIZE);
      value[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);

      assertDamage(Reason.CHECKSUM, pointing(manifest, chunk, value));
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aChunkCutAtAnySixteenthIsFound(Kind kind) throws Exception {
    CheckpointManifest manifest = write("cut", kind);
    byte[] whole = record(manifest, 0).value();
    for (int part = 0; part < SIXTEENTHS; part++) {
      byte[] cut = Arrays.copyOf(whole, whole.length * part / SIXTEENTHS);

      assertDamage(Reason.LENGTH, pointing(manifest, 0, cut));
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aManifestWithoutItsLastChunksIsFound(Kind kind) throws Exception {
    CheckpointManifest manifest = write("short", kind);
    for (int kept = 0; kept < manifest.chunks().size(); kept++) {
      assertDamage(Reason.PAYLOAD, with(manifest, manifest.chunks().subList(0, kept)));
    }
  }

  @Test
  void chunksOfAnotherJobAreForeign() throws Exception {
    CheckpointManifest manifest = write("swapped", Kind.NOISE);
    ExecutionException failure =
        assertThrows(
            ExecutionException.class,
            () -> await(store.read(new JobId("default", "car-2"), manifest)));

    assertEquals(
        Reason.FOREIGN, assertInstanceOf(ChunkDamagedException.class, failure.getCause()).reason());
  }

  @Test
  void aStateOfAnOlderFormatIsForeign() throws Exception {
    CheckpointManifest manifest = write("old", Kind.NOISE);
    ConsumerRecord<String, byte[]> today = record(manifest, 2);
    RecordHeaders older = new RecordHeaders(today.headers());
    older.remove("format").add("format", "0".getBytes(StandardCharsets.UTF_8));
    long offset =
        vandal
            .send(
                new ProducerRecord<>(
                    today.topic(), today.partition(), today.key(), today.value(), older))
            .get()
            .offset();

    assertDamage(Reason.FOREIGN, replaced(manifest, 2, offset));
  }

  @Test
  void theUndamagedOneBesideThemStillReads() throws Exception {
    CheckpointManifest damaged = write("beside", Kind.NOISE);
    byte[] payload = Payloads.noise(3 * CHUNK + 7);
    CheckpointManifest older =
        await(store.write(new CheckpointKey(JOB, "beside", 1, 2), 20, "cpu", payload));

    assertDamage(Reason.LENGTH, pointing(damaged, 1, new byte[0]));
    assertArrayEquals(payload, await(store.read(JOB, older)));
  }

  private CheckpointManifest write(String task, Kind kind) throws Exception {
    CheckpointManifest manifest =
        await(
            store.write(
                new CheckpointKey(JOB, task + "-" + kind, 1, 1), 10, "cpu", kind.payload()));
    assertEquals(kind.codec, manifest.codec());
    CommittedRecords.of(installation, Topic.CHECKPOINTS, manifest.partition())
        .forEach(record -> written.put(record.offset(), record));
    return manifest;
  }

  private ConsumerRecord<String, byte[]> record(CheckpointManifest manifest, int chunk) {
    return written.get(manifest.chunks().get(chunk).offset());
  }

  /** A copy of the chunk with other bytes, and the manifest as if it had always lain there. */
  private CheckpointManifest pointing(CheckpointManifest manifest, int chunk, byte[] value)
      throws Exception {
    ConsumerRecord<String, byte[]> whole = record(manifest, chunk);
    long offset =
        vandal
            .send(
                new ProducerRecord<>(
                    whole.topic(), whole.partition(), whole.key(), value, whole.headers()))
            .get()
            .offset();
    return replaced(manifest, chunk, offset);
  }

  private static CheckpointManifest replaced(CheckpointManifest manifest, int chunk, long offset) {
    List<ChunkRef> chunks = new ArrayList<>(manifest.chunks());
    ChunkRef was = chunks.get(chunk);
    chunks.set(chunk, new ChunkRef(offset, was.length(), was.crc32c()));
    return with(manifest, chunks);
  }

  private static CheckpointManifest with(CheckpointManifest manifest, List<ChunkRef> chunks) {
    return new CheckpointManifest(
        manifest.task(),
        manifest.attempt(),
        manifest.number(),
        manifest.nextStep(),
        manifest.partition(),
        manifest.codec(),
        manifest.length(),
        chunks,
        manifest.deviceClass());
  }

  private void assertDamage(Reason reason, CheckpointManifest manifest) {
    ExecutionException failure =
        assertThrows(ExecutionException.class, () -> await(store.read(JOB, manifest)));
    var damage = assertInstanceOf(ChunkDamagedException.class, failure.getCause());
    assertEquals(reason, damage.reason(), damage.getMessage());
  }

  private static <T> T await(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
  }
}
