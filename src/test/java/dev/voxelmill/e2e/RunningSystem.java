package dev.voxelmill.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.voxelmill.actors.local.Ports;
import dev.voxelmill.protocols.topic.JsonCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** {@code ./voxelmill up} on free ports with its own directory, and clients of it. */
final class RunningSystem implements AutoCloseable {
  static final Duration JOB_LIMIT = Duration.ofMinutes(8);
  private static final Duration START_LIMIT = Duration.ofMinutes(8);
  private static final Duration STOP_LIMIT = Duration.ofMinutes(3);

  private final Path directory;
  private final Process up;
  private final String bootstrap;

  private RunningSystem(Path directory, Process up, String bootstrap) {
    this.directory = directory;
    this.up = up;
    this.bootstrap = bootstrap;
  }

  static RunningSystem start(Path directory, int workers) throws IOException {
    return start(directory, workers, Map.of());
  }

  /** Starts it with more in the environment of every process. */
  static RunningSystem start(Path directory, int workers, Map<String, String> environment)
      throws IOException {
    int port = Ports.free(1).getFirst();
    Process up =
        Launcher.start(
            directory,
            List.of(
                "up",
                "--workers",
                "" + workers,
                "--port",
                "" + port,
                "--data",
                directory.resolve("system").toString()),
            environment);
    String ready = "ready 127.0.0.1:" + port;
    try {
      await()
          .atMost(START_LIMIT)
          .until(() -> !up.isAlive() || Launcher.printed(directory).contains(ready));
    } finally {
      if (!up.isAlive() || !Launcher.printed(directory).contains(ready)) {
        up.destroy();
      }
    }
    if (!up.isAlive()) {
      throw new AssertionError("up ended early: " + Launcher.printed(directory));
    }
    return new RunningSystem(directory, up, "127.0.0.1:" + port);
  }

  String bootstrap() {
    return bootstrap;
  }

  /** Runs a client command against this system. */
  Launcher.Ended client(String... arguments) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of(arguments));
    line.addAll(List.of("--bootstrap", bootstrap));
    return Launcher.run(directory, JOB_LIMIT, line.toArray(String[]::new));
  }

  /**
   * Submits the demo's picture.
   *
   * @param words those with an equals sign are parameters; the others are options of the command
   *     line and their values
   */
  Launcher.Ended submit(String id, String... words) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of("submit", Launcher.picture().toString()));
    line.addAll(List.of("--id", id));
    for (String word : words) {
      if (word.contains("=")) {
        line.add("--set");
      }
      line.add(word);
    }
    return client(line.toArray(String[]::new));
  }

  /** Submits the same, waits for the job's success and fetches its asset. */
  void deliver(String id, Path out, String... words) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--out", out.toString()));
    Launcher.Ended ended = submit(id, all.toArray(String[]::new));
    assertEquals(0, ended.exitCode(), ended.err() + ended.out() + logs());
  }

  /** The job's record as {@code status --json} prints it. */
  JsonNode status(String id) throws IOException, InterruptedException {
    Launcher.Ended ended = client("status", id, "--json");
    if (ended.exitCode() != 0) {
      throw new AssertionError("status " + id + ": " + ended.err());
    }
    return JsonCodec.mapper().readTree(ended.out());
  }

  /** Every committed record of a topic that is there now. */
  List<ConsumerRecord<byte[], byte[]>> records(String topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrap, "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
    }
    return records;
  }

  /** Those about one job of the default tenant. */
  List<ConsumerRecord<byte[], byte[]>> records(String topic, String id) {
    return records(topic).stream()
        .filter(r -> r.key() != null)
        .filter(r -> new String(r.key(), StandardCharsets.UTF_8).equals("default/" + id))
        .toList();
  }

  /** Ends the system as Ctrl-C does and reports every process that outlived it. */
  @Override
  public void close() throws Exception {
    List<ProcessHandle> children = up.descendants().toList();
    up.destroy();
    if (!up.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      up.destroyForcibly();
      throw new AssertionError("up did not end within " + STOP_LIMIT);
    }
    List<ProcessHandle> alive = children.stream().filter(ProcessHandle::isAlive).toList();
    alive.forEach(ProcessHandle::destroyForcibly);
    if (children.isEmpty() || !alive.isEmpty()) {
      throw new AssertionError("of " + children.size() + " children outlived up: " + alive);
    }
  }

  /** The log of every process, for the message of a failed test. */
  String logs() throws IOException {
    StringBuilder text = new StringBuilder();
    try (var files = Files.list(directory.resolve("system").resolve("logs"))) {
      for (Path file : files.sorted().toList()) {
        List<String> lines = Files.readAllLines(file);
        text.append("== ").append(file.getFileName()).append('\n');
        lines
            .subList(Math.max(0, lines.size() - 30), lines.size())
            .forEach(line -> text.append(line).append('\n'));
      }
    }
    return text.toString();
  }
}
