package dev.voxelmill.storage.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.voxelmill.protocols.config.InvalidConfigException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {
  private static final String TOPIC = "kept";

  @Test
  void recordsAndClusterIdSurviveARestartOnAnotherPort(@TempDir Path directory) throws Exception {
    String clusterId;
    try (EmbeddedBroker first = EmbeddedBroker.start(directory)) {
      clusterId = first.clusterId();
      createTopic(first);
      write(first, "before");
    }

    try (EmbeddedBroker second = EmbeddedBroker.start(directory)) {
      write(second, "after");

      assertEquals(clusterId, second.clusterId());
      assertEquals(List.of("before", "after"), read(second, 2));
    }
  }

  @Test
  void aTakenPortIsNamed(@TempDir Path directory) throws Exception {
    try (ServerSocket taken =
        new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      int port = taken.getLocalPort();

      IOException refused =
          assertThrows(
              IOException.class,
              () ->
                  EmbeddedBroker.start(
                      directory,
                      new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                      BrokerConfig.load()));

      assertEquals(
          "port: " + port + " (expected: free on 127.0.0.1; fix: choose another one, or 0)",
          refused.getMessage());
    }
  }

  @Test
  void aHeartbeatTooSlowForTheSessionIsRefused() {
    var config =
        ConfigFactory.parseString("broker.heartbeat-interval = 2s")
            .withFallback(dev.voxelmill.protocols.config.ConfFile.read("broker.conf"));

    String message =
        assertThrows(InvalidConfigException.class, () -> BrokerConfig.from(config)).getMessage();

    assertEquals(
        "broker.heartbeat-interval: PT2S"
            + " (expected: at most a third of broker.session-timeout; fix: conf/broker.conf)",
        message);
  }

  @Test
  void theBrokerProcessEndsWhenItsStandardInputCloses(@TempDir Path directory) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dvoxelmill.home=" + System.getProperty("voxelmill.home"),
                "-cp",
                System.getProperty("java.class.path"),
                BrokerMain.class.getName(),
                "--data",
                directory.toString(),
                "--stop-on-stdin-close")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      String ready = process.inputReader().readLine();
      assertTrue(ready.matches("READY 127\\.0\\.0\\.1:\\d+"), ready);

      process.getOutputStream().close();

      assertTrue(process.waitFor(2, TimeUnit.MINUTES));
      assertEquals(0, process.exitValue());
    } finally {
      process.destroyForcibly();
    }
  }

  private static void createTopic(EmbeddedBroker broker) throws Exception {
    try (Admin admin = Admin.create(clientOf(broker))) {
      admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
    }
  }

  private static void write(EmbeddedBroker broker, String value) throws Exception {
    try (var producer =
        new KafkaProducer<>(clientOf(broker), new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>(TOPIC, value)).get();
    }
  }

  private static List<String> read(EmbeddedBroker broker, int count) {
    TopicPartition partition = new TopicPartition(TOPIC, 0);
    try (var consumer =
        new KafkaConsumer<>(clientOf(broker), new StringDeserializer(), new StringDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      List<String> values = new java.util.ArrayList<>();
      long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
      while (values.size() < count && System.nanoTime() < deadline) {
        consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
      }
      return values;
    }
  }

  private static Map<String, Object> clientOf(EmbeddedBroker broker) {
    return Map.of("bootstrap.servers", broker.bootstrap());
  }
}
