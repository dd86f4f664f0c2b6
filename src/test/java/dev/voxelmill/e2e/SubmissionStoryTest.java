package dev.voxelmill.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.voxelmill.protocols.job.Sha256;
import dev.voxelmill.protocols.topic.FleetRecord;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.protocols.worker.WorkerStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README promises to whoever submits a picture, with two workers and small jobs. */
class SubmissionStoryTest {
  /** Small enough for a test, large enough that every task kind takes part. */
  private static final List<String> SMALL =
      List.of("denoise.views=6", "project.fitSteps=10", "distill.steps=20");

  private static RunningSystem system;

  @TempDir Path directory;

  @BeforeAll
  static void start(@TempDir Path systemDirectory) throws IOException {
    system = RunningSystem.start(systemDirectory, 2);
  }

  @AfterAll
  static void stop() throws Exception {
    if (system != null) {
      system.close();
    }
  }

  @Test
  void aPictureBecomesAnAssetWhoseHashesVerify() throws Exception {
    Path out = directory.resolve("asset");

    system.deliver("hashes", out, small());

    JsonNode manifest = JsonCodec.mapper().readTree(out.resolve("manifest.json").toFile());
    Set<String> names = new HashSet<>();
    for (JsonNode file : manifest.get("files")) {
      byte[] bytes = Files.readAllBytes(out.resolve(file.get("name").asText()));
      assertEquals(file.at("/blob/sha256").asText(), Sha256.hex(bytes));
      assertEquals(file.at("/blob/size").asLong(), bytes.length);
      names.add(file.get("name").asText());
    }
    assertTrue(
        names.containsAll(Set.of("asset.glb", "views.png", "turntable.png")), names::toString);
    byte[] glb = Files.readAllBytes(out.resolve("asset.glb"));
    assertEquals("glTF", new String(glb, 0, 4, StandardCharsets.US_ASCII));
  }

  @Test
  void theSameIdThroughThreePartitionersAndWithNoKeyIsOneJob() throws Exception {
    byte[] request = request("thrice");

    Set<Integer> partitions = new HashSet<>();
    partitions.add(send(Map.of(), null, "a-key-of-its-own", request).partition());
    partitions.add(
        send(
                Map.of("partitioner.class", RoundRobinPartitioner.class.getName()),
                null,
                null,
                request)
            .partition());
    partitions.add(send(Map.of(), 7, null, request).partition());
    partitions.add(send(Map.of(), 0, "thrice", request).partition());

    awaitFinished("thrice");
    assertTrue(partitions.size() > 1, partitions::toString);
    assertEquals(1, system.records("voxelmill.assets", "thrice").size());
    assertEquals(1, events("thrice", "accepted"));
    assertEquals(1, events("thrice", "succeeded"));
    assertEquals(0, events("thrice", "rejected"));
  }

  @Test
  void theSameIdWithAnotherBodyIsRejectedAndTheJobUntouched() throws Exception {
    system.submit("contested", small("--wait"));
    JsonNode before = system.status("contested");

    Launcher.Ended ended = system.submit("contested", small("--seed", "99", "--wait"));

    assertEquals(1, ended.exitCode(), ended.out());
    assertTrue(ended.out().contains("rejected"), ended.out());
    assertEquals(before, system.status("contested"));
  }

  @Test
  void badRequestsBecomeDeadLettersAndThePartitionGoesOn() throws Exception {
    List<byte[]> bad = badRequests();

    Set<String> sources = new HashSet<>();
    for (byte[] request : bad) {
      RecordMetadata sent = send(Map.of(), 3, null, request);
      sources.add(sent.topic() + "/" + sent.partition() + "/" + sent.offset());
    }
    send(Map.of(), 3, null, request("after-ten-bad-ones"));

    awaitFinished("after-ten-bad-ones");
    List<ConsumerRecord<byte[], byte[]>> letters =
        system.records("voxelmill.dead-letters").stream()
            .filter(letter -> sources.contains(header(letter, "voxelmill-source")))
            .toList();
    assertEquals(10, letters.size(), system.logs());
    for (ConsumerRecord<byte[], byte[]> letter : letters) {
      assertTrue(bad.stream().anyMatch(b -> Arrays.equals(b, letter.value())));
      assertTrue(header(letter, "voxelmill-reason").length() > 10);
    }
  }

  @Test
  void twoWorkersRunTwoJobsAtOnceAndMakeTheSameBytes() throws Exception {
    Path left = directory.resolve("left");
    Path right = directory.resolve("right");

    send(Map.of(), null, null, request("left"));
    send(Map.of(), null, null, request("right"));
    awaitFinished("left");
    awaitFinished("right");
    assertEquals(0, system.client("fetch", "left", "--out", left.toString()).exitCode());
    assertEquals(0, system.client("fetch", "right", "--out", right.toString()).exitCode());

    assertTrue(
        snapshotsOfRunningJobs().contains(Set.of("default/left", "default/right")),
        () -> snapshotsOfRunningJobs().toString());
    for (String name : List.of("asset.glb", "views.png", "turntable.png")) {
      assertArrayEquals(
          Files.readAllBytes(left.resolve(name)), Files.readAllBytes(right.resolve(name)), name);
    }
  }

  @Test
  void theProducerAndTheConsumerOfTheReadmeWork() throws Exception {
    Path out = directory.resolve("assets");

    Launcher.Ended sent =
        Launcher.example(
            directory,
            RunningSystem.JOB_LIMIT,
            "Submit",
            system.bootstrap(),
            Launcher.picture().toString(),
            "from-the-readme");
    awaitFinished("from-the-readme");
    Launcher.Ended consumed =
        Launcher.example(
            directory,
            RunningSystem.JOB_LIMIT,
            "Consume",
            system.bootstrap(),
            out.toString(),
            "" + system.records("voxelmill.assets", "from-the-readme").size());

    assertEquals(0, sent.exitCode(), sent.err());
    assertEquals(0, consumed.exitCode(), consumed.err());
    assertTrue(consumed.out().contains("asset.glb"), consumed.out());
  }

  private static String[] small(String... more) {
    return Stream.concat(SMALL.stream(), Stream.of(more)).toArray(String[]::new);
  }

  private static byte[] request(String id) throws IOException {
    return JsonCodec.mapper()
        .writeValueAsBytes(
            Map.of(
                "id",
                id,
                "image",
                Map.of("data", Files.readAllBytes(Launcher.picture())),
                "parameters",
                Map.of(
                    "denoise.views", "6", "project.fitSteps", 10, "distill", Map.of("steps", 20))));
  }

  private static List<byte[]> badRequests() throws IOException {
    String picture =
        JsonCodec.mapper()
            .writeValueAsString(Map.of("data", Files.readAllBytes(Launcher.picture())));
    return List.of(
            "",
            "not json",
            "[]",
            "{}",
            "{\"id\":\"no-image\"}",
            "{\"id\":\"no spaces\",\"image\":" + picture + "}",
            "{\"id\":\"x\",\"method\":\"text-to-coffee\",\"image\":" + picture + "}",
            "{\"id\":\"x\",\"image\":{\"data\":\"bm90IGEgcGljdHVyZQ==\"}}",
            "{\"id\":\"x\",\"image\":" + picture + ",\"parameters\":{\"distill.stepz\":4}}",
            "{\"id\":\"x\",\"image\":" + picture + ",\"camera\":{\"elevationDeg\":120}}")
        .stream()
        .map(text -> text.getBytes(StandardCharsets.UTF_8))
        .toList();
  }

  private static RecordMetadata send(
      Map<String, Object> settings, Integer partition, String key, byte[] request)
      throws Exception {
    Map<String, Object> all = new HashMap<>(settings);
    all.put("bootstrap.servers", system.bootstrap());
    byte[] keyBytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer())) {
      return producer
          .send(new ProducerRecord<>("voxelmill.requests", partition, keyBytes, request))
          .get();
    }
  }

  private static void awaitFinished(String id) throws Exception {
    Launcher.Ended ended = null;
    long startNanos = System.nanoTime();
    // The job becomes known once its owner has accepted it; watch then follows it to its end.
    while (System.nanoTime() - startNanos < RunningSystem.JOB_LIMIT.toNanos()) {
      ended = system.client("watch", id);
      if (ended.exitCode() != 3) {
        break;
      }
    }
    assertEquals(0, ended == null ? -1 : ended.exitCode(), () -> "watch " + id);
  }

  /** The sets of jobs that placement has seen on workers at one time. */
  private static Set<Set<String>> snapshotsOfRunningJobs() {
    JsonCodec<FleetRecord> codec = JsonCodec.of(FleetRecord.class);
    Set<Set<String>> snapshots = new HashSet<>();
    for (ConsumerRecord<byte[], byte[]> snapshot : system.records("voxelmill.fleet")) {
      Set<String> jobs = new HashSet<>();
      for (WorkerStatus worker : codec.decode(snapshot.value()).workers()) {
        worker.running().forEach(running -> jobs.add(running.task().job().key()));
      }
      snapshots.add(jobs);
    }
    return snapshots;
  }

  private static long events(String id, String type) throws IOException {
    long count = 0;
    for (ConsumerRecord<byte[], byte[]> event : system.records("voxelmill.events", id)) {
      if (JsonCodec.mapper().readTree(event.value()).at("/event/type").asText().equals(type)) {
        count++;
      }
    }
    return count;
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
