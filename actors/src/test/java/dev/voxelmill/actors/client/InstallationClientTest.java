package dev.voxelmill.actors.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.FileRef;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.job.Sha256;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.topic.AssetRecord;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.topic.FleetRecord;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.storage.blob.BlobStore;
import dev.voxelmill.storage.broker.EmbeddedBroker;
import dev.voxelmill.storage.chunk.ChunkConfig;
import dev.voxelmill.storage.log.LogEntry;
import dev.voxelmill.storage.log.LogRecords;
import dev.voxelmill.storage.topics.Installation;
import dev.voxelmill.storage.topics.TopicSetup;
import dev.voxelmill.storage.topics.TopicsConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallationClientTest {
  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

  private static EmbeddedBroker broker;
  private static Installation installation;
  private static KafkaProducer<byte[], byte[]> producer;

  private final InstallationClient client = new InstallationClient(installation);

  @BeforeAll
  static void start(@TempDir Path directory) throws IOException {
    broker = EmbeddedBroker.start(directory);
    installation =
        new TopicSetup(broker.bootstrap(), TopicsConfig.load(), Duration.ofMinutes(2)).run();
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrap()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  @AfterAll
  static void stop() {
    producer.close();
    broker.close();
  }

  @Test
  void aSubmissionIsWrittenAsItIsAndItsPositionTold() throws Exception {
    byte[] request = "{\"anything\": true}".getBytes(StandardCharsets.UTF_8);

    String source = client.submit(request);

    List<byte[]> found = new ArrayList<>();
    try (TopicReader reader = TopicReader.open(installation, Topic.REQUESTS)) {
      reader.scan(
          reader.all(),
          record -> {
            String position = record.topic() + "/" + record.partition() + "/" + record.offset();
            if (position.equals(source)) {
              found.add(record.value());
            }
          });
    }
    assertEquals(1, found.size());
    assertArrayEquals(request, found.getFirst());
  }

  @Test
  void theNewestStateOfAJobCountsUntilItIsForgotten() throws Exception {
    JobId kept = new JobId("default", "kept");
    JobId forgotten = new JobId("default", "forgotten");
    write(Topic.JOBS, kept, encode(finished(kept, 4)));
    write(Topic.JOBS, kept, encode(finished(kept, 5)));
    write(Topic.JOBS, forgotten, encode(finished(forgotten, 4)));
    write(Topic.JOBS, forgotten, null);

    assertEquals(5, client.job(kept).orElseThrow().seq());
    assertTrue(client.job(forgotten).isEmpty());
    assertEquals(List.of(kept), client.jobs().stream().map(JobState::job).toList());
  }

  @Test
  void historyHasWhatWasAndWhatComesOfOneJobAlone() throws Exception {
    JobId job = new JobId("default", "told");
    JobId other = new JobId("default", "other");
    write(Topic.EVENTS, job, event(job, 1));
    write(Topic.EVENTS, other, event(other, 1));

    List<Long> seen = new ArrayList<>();
    try (EventStream history = client.history(job);
        EventStream news = client.news(job)) {
      history.next().forEach(event -> seen.add(event.seq()));
      write(Topic.EVENTS, job, event(job, 2));
      seen.add(awaitNext(history).seq());

      assertEquals(2, awaitNext(news).seq());
    }

    assertEquals(List.of(1L, 2L), seen);
  }

  @Test
  void aDeadLetterIsReadWithItsReasonAndWhatWasSentWithItsPosition() throws Exception {
    byte[] request = "{\"id\": 7}".getBytes(StandardCharsets.UTF_8);
    String source = client.submit(request);
    LogRecords records = LogRecords.of(installation, "/test", Clock.systemUTC());
    producer
        .send(records.encode(new LogEntry.Bury(source, "schema", "id: no text", request)))
        .get();

    BuriedLetter letter =
        client.deadLetters().stream()
            .filter(found -> found.source().equals(source))
            .findFirst()
            .orElseThrow();

    assertEquals("schema", letter.code());
    assertEquals("id: no text", letter.reason());
    assertEquals(installation.topic(Topic.REQUESTS), letter.topic());
    assertArrayEquals(request, letter.original());
    assertArrayEquals(request, client.sent(Topic.REQUESTS, source).orElseThrow());
  }

  @Test
  void thePlacementThatTookOverSpeaksForTheFleet() throws Exception {
    write(Topic.FLEET, FleetRecord.KEY, fleet(2, NOON));
    write(Topic.FLEET, FleetRecord.KEY, fleet(1, NOON.plusSeconds(9)));

    FleetRecord newest = client.fleet().orElseThrow();

    assertEquals(2, newest.epoch());
  }

  @Test
  void filesAreWrittenOnlyWhenTheirHashesAreThoseOfTheManifest(@TempDir Path out) throws Exception {
    JobId job = new JobId("default", "asset");
    byte[] glb = "glTF and so on".getBytes(StandardCharsets.UTF_8);
    BlobRef blob;
    try (BlobStore blobs = new BlobStore(installation, ChunkConfig.load())) {
      blob = blobs.put(glb).toCompletableFuture().get(2, TimeUnit.MINUTES);
    }
    AssetRecord good = asset(job, blob);
    AssetRecord damaged =
        asset(job, new BlobRef("0".repeat(64), blob.size(), blob.partition(), blob.chunks()));
    write(Topic.ASSETS, job, JsonCodec.of(AssetRecord.class).encode(good));

    AssetRecord found = client.asset(job).orElseThrow();
    List<Path> written = new AssetFiles(client).write(found, out.resolve("good"));

    assertEquals(
        List.of("asset.glb", "manifest.json"),
        written.stream().map(path -> path.getFileName().toString()).toList());
    assertArrayEquals(glb, Files.readAllBytes(out.resolve("good").resolve("asset.glb")));
    assertThrows(
        IOException.class, () -> new AssetFiles(client).write(damaged, out.resolve("bad")));
    assertFalse(Files.exists(out.resolve("bad").resolve("asset.glb")));
  }

  private static EventRecord awaitNext(EventStream events) {
    return Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .until(events::next, next -> !next.isEmpty())
        .getFirst();
  }

  private static JobState finished(JobId job, long seq) {
    return new JobState.Finished(
        job,
        "image-to-3d",
        new Sha256(0, 0, 0, 1),
        NOON,
        NOON,
        seq,
        new JobState.Succeeded(List.of()),
        List.of());
  }

  private static byte[] encode(JobState state) {
    return JsonCodec.of(JobState.class).encode(state);
  }

  private static byte[] event(JobId job, long seq) {
    return JsonCodec.of(EventRecord.class)
        .encode(new EventRecord(job, seq, NOON, new EventRecord.Started("worker-1")));
  }

  private static byte[] fleet(long epoch, Instant at) {
    return JsonCodec.of(FleetRecord.class)
        .encode(new FleetRecord(epoch, at, List.of(), 0, List.of(), 0, List.of(), 0, List.of()));
  }

  private static AssetRecord asset(JobId job, BlobRef glb) {
    return new AssetRecord(
        job,
        NOON,
        "image-to-3d",
        0,
        new TreeMap<>(),
        List.of(new FileRef("asset.glb", "model/gltf-binary", glb)),
        "",
        List.of(),
        new TreeMap<>(),
        "cpu",
        List.of(),
        new TreeMap<>(),
        List.of());
  }

  private static void write(Topic topic, JobId job, byte[] value) throws Exception {
    write(topic, job.key(), value);
  }

  private static void write(Topic topic, String key, byte[] value) throws Exception {
    producer
        .send(
            new ProducerRecord<>(
                installation.topic(topic), key.getBytes(StandardCharsets.UTF_8), value))
        .get();
  }
}
