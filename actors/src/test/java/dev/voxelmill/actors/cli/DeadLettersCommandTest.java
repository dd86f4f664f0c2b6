package dev.voxelmill.actors.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.actors.client.InstallationClient;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.storage.broker.EmbeddedBroker;
import dev.voxelmill.storage.log.LogEntry;
import dev.voxelmill.storage.log.LogRecords;
import dev.voxelmill.storage.topics.Installation;
import dev.voxelmill.storage.topics.TopicSetup;
import dev.voxelmill.storage.topics.TopicsConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DeadLettersCommandTest {
  private static final byte[] REFUSED = "{\"id\": 7}".getBytes(UTF_8);

  private static EmbeddedBroker broker;
  private static Installation installation;

  /** Where the refused request was sent. */
  private static String source;

  @BeforeAll
  static void buryARequest(@TempDir Path directory) throws Exception {
    broker = EmbeddedBroker.start(directory);
    installation =
        new TopicSetup(broker.bootstrap(), TopicsConfig.load(), Duration.ofMinutes(2)).run();
    source = new InstallationClient(installation).submit(REFUSED);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrap()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      LogRecords records = LogRecords.of(installation, "/test", Clock.systemUTC());
      producer
          .send(records.encode(new LogEntry.Bury(source, "schema", "id: no text", REFUSED)))
          .get();
    }
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void aLetterIsListedBySourceCodeAndReason() {
    Ran ran = run("list");

    assertEquals(0, ran.exit);
    assertTrue(ran.out.contains(source), ran.out);
    assertTrue(ran.out.contains("schema"), ran.out);
    assertTrue(ran.out.contains("id: no text"), ran.out);
  }

  @Test
  void aLetterIsShownWithWhatWasSentByteForByte(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("letter");

    Ran shown = run("show", source);
    Ran written = run("show", source, "--out", file.toString());

    assertEquals(0, shown.exit);
    assertTrue(shown.out.contains("{\"id\": 7}"), shown.out);
    assertEquals(0, written.exit);
    assertArrayEquals(REFUSED, Files.readAllBytes(file));
  }

  @Test
  void aReplayedLetterIsSentAgainAsItWas() throws Exception {
    Ran ran = run("replay", source, "--json");

    assertEquals(0, ran.exit);
    String sent = JsonCodec.mapper().readTree(ran.out).get("sent").asText();
    assertTrue(!sent.equals(source), sent);
    assertArrayEquals(
        REFUSED, new InstallationClient(installation).sent(Topic.REQUESTS, sent).orElseThrow());
  }

  @Test
  void aLetterThatNobodyKnowsIsNotFound() {
    Ran ran = run("show", "voxelmill.requests/0/999999");

    assertEquals(Exit.NOT_FOUND.code(), ran.exit);
    assertTrue(ran.err.contains("is unknown (fix: ./voxelmill dead-letters list)"), ran.err);
  }

  private record Ran(int exit, String out, String err) {}

  private static Ran run(String... words) {
    String[] line = new String[words.length + 3];
    line[0] = "dead-letters";
    System.arraycopy(words, 0, line, 1, words.length);
    line[words.length + 1] = "--bootstrap";
    line[words.length + 2] = broker.bootstrap();
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commands =
        Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exit = commands.execute(line);
    return new Ran(exit, out.toString(), err.toString());
  }
}
