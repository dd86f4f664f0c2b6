package dev.voxelmill.actors.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.voxelmill.actors.config.SupervisorConfig;
import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.model.ModelRegistry;
import dev.voxelmill.protocols.topic.IntakeRecord;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.storage.broker.EmbeddedBroker;
import dev.voxelmill.storage.topics.ClientSettings;
import dev.voxelmill.storage.topics.Installation;
import dev.voxelmill.storage.topics.TopicSetup;
import dev.voxelmill.storage.topics.TopicsConfig;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a real broker; each test has an installation of its own there. */
class IntakeTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final JsonCodec<IntakeRecord> RECORDS = JsonCodec.of(IntakeRecord.class);
  private static final AtomicInteger INSTALLATIONS = new AtomicInteger();
  private static final int PARTITIONS = 4;
  private static final ActorTestKit SYSTEM = ActorTestKit.create();
  private static final BlobRef BLOB = new BlobRef("ab".repeat(32), 1, 0, List.of());

  @TempDir static Path directory;
  private static EmbeddedBroker broker;

  private final List<Intake> running = new ArrayList<>();
  private Installation installation;
  private KafkaConsumer<byte[], byte[]> reader;
  private final List<String> forwarded = new ArrayList<>();

  @BeforeAll
  static void startBroker() throws IOException {
    broker = EmbeddedBroker.start(directory);
  }

  @AfterAll
  static void stopBroker() {
    SYSTEM.shutdownTestKit();
    broker.close();
  }

  @BeforeEach
  void begin() {
    TopicsConfig real = TopicsConfig.load();
    TopicsConfig config =
        new TopicsConfig(
            "intake" + INSTALLATIONS.incrementAndGet(),
            PARTITIONS,
            real.replication(),
            real.requestsRetention(),
            real.eventsRetention(),
            real.assetsRetention(),
            real.deadLettersRetention(),
            real.tombstonesRetention(),
            real.checkpointsCompactionLag());
    installation = new TopicSetup(broker.bootstrap(), config, Duration.ofSeconds(20)).run();
    reader =
        new KafkaConsumer<>(
            ClientSettings.of(broker.bootstrap())
                .with("isolation.level", "read_committed")
                .with("auto.offset.reset", "earliest")
                .asMap(),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> all =
        IntStream.range(0, PARTITIONS)
            .mapToObj(partition -> installation.partition(Topic.INTAKE, partition))
            .toList();
    reader.assign(all);
    reader.seekToBeginning(all);
  }

  @AfterEach
  void end() throws Exception {
    for (Intake intake : running) {
      stop(intake);
    }
    reader.close();
  }

  @Test
  void whatWasForwardedBeforeAStopIsNotForwardedAgain() throws Exception {
    Intake first = start(IntakeTest::kept);
    submit("a", "b", "c");
    awaitForwarded("a", "b", "c");
    stop(first);

    submit("d");
    start(IntakeTest::kept);

    awaitForwarded("a", "b", "c", "d");
  }

  @Test
  void anotherIntakeGoesOnWhereOneWasStopped() throws Exception {
    Intake first = start(IntakeTest::kept);
    start(IntakeTest::kept);
    submit("a", "b", "c", "d", "e", "f", "g", "h");
    awaitForwarded("a", "b", "c", "d", "e", "f", "g", "h");

    stop(first);
    submit("i", "j", "k", "l");

    awaitForwarded("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l");
  }

  @Test
  void intakesThatComeAndGoForwardEverySubmissionOnce() throws Exception {
    String[] ids = IntStream.range(0, 120).mapToObj("job-%03d"::formatted).toArray(String[]::new);
    Intake first = start(IntakeTest::kept);

    submit(Arrays.copyOfRange(ids, 0, 30));
    Intake second = start(IntakeTest::kept);
    submit(Arrays.copyOfRange(ids, 30, 60));
    start(IntakeTest::kept);
    submit(Arrays.copyOfRange(ids, 60, 90));
    stop(first);
    stop(second);
    submit(Arrays.copyOfRange(ids, 90, 120));

    awaitForwarded(ids);
  }

  @Test
  void aSubmissionWhosePictureCouldNotBeKeptIsExaminedAgain() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    start(
        bytes ->
            tries.incrementAndGet() == 1
                ? CompletableFuture.failedFuture(new IOException("the brokers are away"))
                : kept(bytes));

    submit("a", "b");

    awaitForwarded("a", "b");
  }

  private Intake start(java.util.function.Function<byte[], CompletionStage<BlobRef>> keep) {
    Intake intake =
        Intake.start(
            SYSTEM.system(),
            installation,
            SupervisorConfig.load().intake(),
            ModelRegistry.load(),
            keep);
    running.add(intake);
    return intake;
  }

  private static void stop(Intake intake) throws Exception {
    intake.stop().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private static CompletionStage<BlobRef> kept(byte[] bytes) {
    return CompletableFuture.completedFuture(BLOB);
  }

  /** One to each partition of the requests in turn. */
  private void submit(String... ids) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            ClientSettings.of(broker.bootstrap()).asMap(),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < ids.length; i++) {
        byte[] request =
            "{\"id\":\"%s\",\"image\":{\"data\":\"%s\"}}".formatted(ids[i], png()).getBytes(UTF_8);
        producer
            .send(
                new ProducerRecord<>(
                    installation.topic(Topic.REQUESTS), i % PARTITIONS, null, request))
            .get();
      }
    }
  }

  /** These, each once, in any order, and nothing else. */
  private void awaitForwarded(String... ids) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              reader
                  .poll(Duration.ofMillis(100))
                  .forEach(record -> forwarded.add(RECORDS.decode(record.value()).job().id()));
              return forwarded.size() >= ids.length;
            });
    assertEquals(List.of(ids), forwarded.stream().sorted().toList());
  }

  private static String png() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB), "png", out);
    return Base64.getEncoder().encodeToString(out.toByteArray());
  }
}
