package dev.voxelmill.actors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.fail;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.voxelmill.actors.config.SupervisorConfig;
import dev.voxelmill.actors.intake.Intake;
import dev.voxelmill.actors.owner.KafkaOwnerStore;
import dev.voxelmill.actors.publish.Telemetry;
import dev.voxelmill.protocols.config.ConfFile;
import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.Sha256;
import dev.voxelmill.protocols.model.ModelRegistry;
import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.ClusterRoles;
import dev.voxelmill.protocols.worker.OwnerMessage;
import dev.voxelmill.protocols.worker.PlacementMessage;
import dev.voxelmill.protocols.worker.WorkerCommand;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.storage.broker.EmbeddedBroker;
import dev.voxelmill.storage.log.LogConfig;
import dev.voxelmill.storage.log.PartitionLogs;
import dev.voxelmill.storage.topics.Installation;
import dev.voxelmill.storage.topics.TopicSetup;
import dev.voxelmill.storage.topics.TopicsConfig;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.ClusterSingleton;
import org.apache.pekko.cluster.typed.ClusterSingletonSettings;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.cluster.typed.SingletonActor;

/** One node of the control plane on an embedded broker, with a scripted worker beside it. */
final class ControlPlane implements AutoCloseable {
  /** What every mesh task delivers. */
  static final byte[] GLB = "glTF, or so it says".getBytes(UTF_8);

  private static final Duration DEADLINE = Duration.ofMinutes(3);
  private static final WorkerId WORKER = new WorkerId("scripted-1");

  private final EmbeddedBroker broker;
  private final Installation installation;
  private final ActorSystem<Supervisor.Command> system;
  private final Telemetry telemetry;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<Assignment> ran = new ConcurrentLinkedQueue<>();

  private ControlPlane(Path directory) throws IOException {
    broker = EmbeddedBroker.start(directory);
    installation = new TopicSetup(broker.bootstrap(), TopicsConfig.load(), DEADLINE).run();
    telemetry = new Telemetry(installation);
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrap(), "max.request.size", 13 << 20),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    system =
        ActorSystem.create(
            Behaviors.setup(context -> root(context.getSystem())), "voxelmill", config());
    Cluster cluster = Cluster.get(system);
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
  }

  /** Starts everything and returns when all partitions are owned and the worker is known. */
  static ControlPlane start(Path directory) throws Exception {
    ControlPlane plane = new ControlPlane(directory);
    plane.owned.get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
    plane.startWorker();
    return plane;
  }

  private final CompletableFuture<Void> owned = new CompletableFuture<>();

  private org.apache.pekko.actor.typed.Behavior<Supervisor.Command> root(ActorSystem<?> system) {
    SupervisorConfig config = SupervisorConfig.load();
    KafkaOwnerStore store =
        new KafkaOwnerStore(
            installation,
            new PartitionLogs(installation, LogConfig.load()),
            config.owner().intakeBatch(),
            new KafkaOwnerStore.Beside(
                blob -> CompletableFuture.completedFuture(blobs.get(blob.sha256())),
                dropped -> CompletableFuture.completedFuture(null),
                partition -> CompletableFuture.completedFuture(Set.of()),
                (partition, garbage) -> CompletableFuture.completedFuture(null),
                telemetry::publish));
    return Supervisor.create(
        new Supervisor.Parts(
            config,
            installation.partitions(),
            Quorum.of(List.of(), DEADLINE),
            store,
            () -> CompletableFuture.completedFuture(null),
            telemetry::publish,
            () ->
                Intake.start(
                    system, installation, config.intake(), ModelRegistry.load(), this::keep),
            () -> owned.complete(null)));
  }

  private void startWorker() {
    ActorRef<WorkerCommand> worker =
        system.systemActorOf(
            ScriptedWorker.create(
                WORKER,
                (partition, message) ->
                    ClusterSharding.get(system)
                        .entityRefFor(OwnerMessage.ENTITY, Integer.toString(partition))
                        .tell(message),
                kept(GLB),
                ran),
            "scripted",
            Props.empty());
    ActorRef<PlacementMessage> placement =
        ClusterSingleton.get(system)
            .init(
                SingletonActor.of(Behaviors.<PlacementMessage>empty(), PlacementMessage.SINGLETON)
                    .withSettings(
                        ClusterSingletonSettings.create(system).withRole(ClusterRoles.SUPERVISOR)));
    system
        .scheduler()
        .scheduleAtFixedRate(
            Duration.ZERO,
            Duration.ofMillis(200),
            () -> placement.tell(ScriptedWorker.heartbeat(WORKER, worker)),
            system.executionContext());
  }

  private static Config config() {
    return ConfigFactory.parseMap(
            Map.of(
                "pekko.actor.serialize-messages",
                "on",
                "pekko.remote.artery.canonical.port",
                0,
                "pekko.cluster.roles",
                List.of(ClusterRoles.SUPERVISOR),
                "pekko.coordinated-shutdown.exit-jvm",
                "off"))
        .withFallback(ConfFile.read("cluster.conf"))
        .withFallback(ConfigFactory.load());
  }

  /** Everything that the worker was told to run. */
  List<Assignment> ran() {
    return List.copyOf(ran);
  }

  /** Submits bytes to a partition of the requests topic, under a key or none. */
  void submit(int partition, String key, byte[] value) {
    send(Topic.REQUESTS, partition, key, value);
  }

  /** Sends a command to a partition of the commands topic. */
  void order(int partition, String json) {
    send(Topic.COMMANDS, partition, null, json.replace('\'', '"').getBytes(UTF_8));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // flush waits for it
  private void send(Topic topic, int partition, String key, byte[] value) {
    producer.send(
        new ProducerRecord<>(
            installation.topic(topic), partition, key == null ? null : key.getBytes(UTF_8), value));
    producer.flush();
  }

  /** Reads a topic from its beginning until enough of the wanted records were seen. */
  List<ConsumerRecord<byte[], byte[]>> await(
      Topic topic,
      Predicate<ConsumerRecord<byte[], byte[]>> wanted,
      Predicate<List<ConsumerRecord<byte[], byte[]>>> enough) {
    List<ConsumerRecord<byte[], byte[]>> seen = new ArrayList<>();
    try (var consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", broker.bootstrap(), "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(installation.topic(topic)).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long end = System.nanoTime() + DEADLINE.toNanos();
      while (!enough.test(seen)) {
        if (System.nanoTime() > end) {
          return fail(topic + ": saw " + seen.size() + " of the wanted records");
        }
        for (var record : consumer.poll(Duration.ofMillis(100))) {
          if (wanted.test(record)) {
            seen.add(record);
          }
        }
      }
    }
    return seen;
  }

  /** A good request. */
  static byte[] request(String id, long seed) {
    return "{\"id\":\"%s\",\"seed\":%d,\"image\":{\"data\":\"%s\"}}"
        .formatted(id, seed, Base64.getEncoder().encodeToString(png()))
        .getBytes(UTF_8);
  }

  /** Ten requests, each with another mistake. */
  static List<byte[]> badRequests() {
    String image = Base64.getEncoder().encodeToString(png());
    String good = "\"image\":{\"data\":\"" + image + "\"}";
    String other = Base64.getEncoder().encodeToString("GIF89a".getBytes(UTF_8));
    return List.of(
            "not json at all",
            "[]",
            "{\"id\":\"bad-3\"}",
            "{" + good + "}",
            "{\"id\":\"../bad\"," + good + "}",
            "{\"id\":\"bad-6\",\"method\":\"text-to-3d\"," + good + "}",
            "{\"id\":\"bad-7\",\"parameters\":{\"distill.step\":1}," + good + "}",
            "{\"id\":\"bad-8\",\"camera\":{\"fovDeg\":400}," + good + "}",
            "{\"id\":\"bad-9\",\"image\":{\"data\":\"" + other + "\"}}",
            "{\"id\":\"bad-10\",\"image\":{\"data\":\"" + image.substring(0, 40) + "\"}}")
        .stream()
        .map(text -> text.getBytes(UTF_8))
        .toList();
  }

  private static byte[] png() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB), "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private CompletionStage<BlobRef> keep(byte[] bytes) {
    return CompletableFuture.completedFuture(kept(bytes));
  }

  private BlobRef kept(byte[] bytes) {
    String sha256 = Sha256.hex(bytes);
    blobs.put(sha256, bytes);
    return new BlobRef(sha256, bytes.length, 0, List.of());
  }

  @Override
  public void close() throws Exception {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
    producer.close();
    telemetry.close();
    broker.close();
  }
}
