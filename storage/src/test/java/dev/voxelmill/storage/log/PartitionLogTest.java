package dev.voxelmill.storage.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.voxelmill.protocols.config.ConfFile;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.job.Sha256;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.topic.AssetRecord;
import dev.voxelmill.protocols.topic.DeadLetter;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.storage.BrokerExtension;
import dev.voxelmill.storage.CommittedRecords;
import dev.voxelmill.storage.topics.Installation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(BrokerExtension.class)
class PartitionLogTest {
  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
  private static final LogConfig CONFIG = LogConfig.load();
  private static final int PARTITION = 1;

  private Installation installation;

  @BeforeEach
  void take(Installation given) {
    installation = given;
  }

  @Test
  void aNewOwnerFindsWhatTheLastOneCommitted() throws Exception {
    try (PartitionLog first = open().log()) {
      committed(
          first.commit(
              LogBatch.of(
                  List.of(
                      new LogEntry.Remember(state("kept", 1)),
                      new LogEntry.Remember(state("forgotten", 1))),
                  41)));
      committed(first.commit(LogBatch.of(List.of(new LogEntry.Remember(state("kept", 2))), 42)));
      committed(first.commit(LogBatch.of(List.of(new LogEntry.Forget(job("forgotten"))))));
    }

    OpenOutcome.Opened second = open();
    second.log().close();

    assertEquals(state("kept", 2), second.replay().states().get(job("kept")));
    assertEquals(false, second.replay().states().containsKey(job("forgotten")));
    assertEquals(42, second.replay().nextIntakeOffset());
  }

  @Test
  void aSecondOwnerFencesTheFirst() throws Exception {
    PartitionLog zombie = open().log();
    committed(zombie.commit(publish("fence", 1)));
    PartitionLog owner = open().log();

    CommitOutcome late = await(zombie.commit(publish("fence", 2)));
    CommitOutcome later = await(zombie.commit(publish("fence", 3)));
    committed(owner.commit(publish("fence", 4)));

    assertEquals(new CommitOutcome.Fenced(), late);
    assertEquals(new CommitOutcome.Fenced(), later);
    assertEquals(List.of(1L, 4L), sequence("fence"));
    await(zombie.closed());
    owner.close();
  }

  @Test
  void onlyTheNewestOwnerCanCommitNothingAndItChangesNothing() throws Exception {
    PartitionLog zombie = open().log();
    committed(zombie.commit(LogBatch.of(List.of(), 43)));
    committed(zombie.commit(LogBatch.NOTHING));
    PartitionLog owner = open().log();

    CommitOutcome late = await(zombie.commit(LogBatch.NOTHING));
    committed(owner.commit(LogBatch.NOTHING));
    owner.close();
    OpenOutcome.Opened next = open();
    next.log().close();

    assertEquals(new CommitOutcome.Fenced(), late);
    assertEquals(43, next.replay().nextIntakeOffset());
  }

  @Test
  void whatAZombieLeftInAnOpenTransactionIsNeverSeen() throws Exception {
    String clusterId;
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", installation.bootstrap()))) {
      clusterId = admin.describeCluster().clusterId().get();
    }
    try (var zombie =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                installation.bootstrap(),
                "transactional.id",
                installation.prefix() + "-" + clusterId + "-owner-" + PARTITION),
            new StringSerializer(),
            new StringSerializer())) {
      zombie.initTransactions();
      zombie.beginTransaction();
      zombie
          .send(
              new ProducerRecord<>(
                  installation.topic(Topic.JOBS), PARTITION, "default/half", "not even JSON"))
          .get();

      OpenOutcome.Opened owner = open();
      owner.log().close();

      assertEquals(false, owner.replay().states().containsKey(job("half")));
    }
  }

  @Test
  void oneBatchIsVisibleInEveryTopicTogether() throws Exception {
    try (PartitionLog log = open().log()) {
      committed(
          log.commit(
              LogBatch.of(
                  List.of(
                      new LogEntry.Remember(state("whole", 7)),
                      new LogEntry.Publish(event("whole", 7)),
                      new LogEntry.PublishAsset(asset("whole"))),
                  50)));
    }

    assertEquals(1, of(Topic.JOBS, "whole").size());
    assertEquals(1, of(Topic.ASSETS, "whole").size());
    ConsumerRecord<String, byte[]> event = of(Topic.EVENTS, "whole").getFirst();
    assertEquals(event("whole", 7), JsonCodec.of(EventRecord.class).decode(event.value()));
    assertEquals("dev.voxelmill.job.failed", header(event, "ce_type"));
    assertEquals("default/whole/7", header(event, "ce_id"));
  }

  @Test
  void batchesThatWaitShareTransactions() throws Exception {
    int batches = 60;
    try (PartitionLog log = open().log()) {
      List<CompletionStage<CommitOutcome>> outcomes = new ArrayList<>();
      for (int seq = 1; seq <= batches; seq++) {
        outcomes.add(log.commit(publish("group", seq)));
      }
      for (CompletionStage<CommitOutcome> outcome : outcomes) {
        committed(outcome);
      }
    }

    List<ConsumerRecord<String, byte[]>> records = of(Topic.EVENTS, "group");
    assertEquals(batches, records.size());
    long offsets = records.getLast().offset() - records.getFirst().offset() + 1;
    assertTrue(offsets - batches < batches / 2, "markers of transactions: " + (offsets - batches));
  }

  @Test
  void aRecordThatItsTopicWouldNotTakeIsRefusedAndTheLogGoesOn() throws Exception {
    LogEntry huge = new LogEntry.Bury("requests/0/1", "too-large", "why", new byte[14 << 20]);
    try (PartitionLog log = open().log()) {
      CommitOutcome refused = await(log.commit(LogBatch.of(List.of(huge))));

      String reason = assertInstanceOf(CommitOutcome.Refused.class, refused).reason();
      assertTrue(reason.endsWith("(expected: at most 13MiB)"), reason);
      committed(log.commit(publish("after-refusal", 1)));
    }
  }

  @Test
  void aDeadLetterKeepsTheBytesAndSaysWhy() throws Exception {
    byte[] original = {0, -1, 127};
    try (PartitionLog log = open().log()) {
      committed(
          log.commit(
              LogBatch.of(
                  List.of(new LogEntry.Bury("commands/2/9", "unknown-job", "why", original)))));
    }

    ConsumerRecord<String, byte[]> letter =
        CommittedRecords.of(installation, Topic.DEAD_LETTERS, 0).getLast();
    assertEquals("commands/2/9", letter.key());
    assertArrayEquals(original, letter.value());
    assertEquals("unknown-job", header(letter, DeadLetter.CODE));
    assertEquals("why", header(letter, DeadLetter.REASON));
  }

  @Test
  void aClosedLogCommitsWhatWaitedAndNothingAfter() throws Exception {
    PartitionLog log = open().log();
    CompletionStage<CommitOutcome> before = log.commit(publish("closing", 1));
    log.close();
    CompletionStage<CommitOutcome> after = log.commit(publish("closing", 2));

    committed(before);
    assertInstanceOf(CommitOutcome.Unavailable.class, await(after));
    await(log.closed());
    assertEquals(List.of(1L), sequence("closing"));
  }

  @Test
  void withoutBrokersOpeningIsUnavailable() throws Exception {
    LogConfig impatient =
        LogConfig.from(
            ConfigFactory.parseString("log.patience = 400ms")
                .withFallback(ConfFile.read("storage.conf")));
    Installation nowhere = new Installation("127.0.0.1:1", "nowhere", 3);

    OpenOutcome outcome = await(new PartitionLogs(nowhere, impatient).open(0));

    assertInstanceOf(OpenOutcome.Unavailable.class, outcome);
  }

  private OpenOutcome.Opened open() throws Exception {
    return assertInstanceOf(
        OpenOutcome.Opened.class, await(new PartitionLogs(installation, CONFIG).open(PARTITION)));
  }

  private static void committed(CompletionStage<CommitOutcome> outcome) throws Exception {
    assertEquals(new CommitOutcome.Committed(), await(outcome));
  }

  private static <T> T await(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(2, TimeUnit.MINUTES);
  }

  private List<Long> sequence(String id) {
    return of(Topic.EVENTS, id).stream()
        .map(record -> JsonCodec.of(EventRecord.class).decode(record.value()).seq())
        .toList();
  }

  private List<ConsumerRecord<String, byte[]>> of(Topic topic, String id) {
    return CommittedRecords.of(installation, topic, PARTITION).stream()
        .filter(record -> record.key().equals(job(id).key()))
        .toList();
  }

  private static String header(ConsumerRecord<?, ?> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }

  private static JobId job(String id) {
    return new JobId("default", id);
  }

  private static JobState state(String id, long seq) {
    return new JobState.Finished(
        job(id),
        "image-to-3d",
        new Sha256(0, 0, 0, 1),
        NOON,
        NOON,
        seq,
        new JobState.Failed(failure()),
        List.of());
  }

  private static LogBatch publish(String id, long seq) {
    return LogBatch.of(List.of(new LogEntry.Publish(event(id, seq))));
  }

  private static EventRecord event(String id, long seq) {
    return new EventRecord(job(id), seq, NOON, new EventRecord.Failed(failure()));
  }

  private static JobFailure failure() {
    return new JobFailure(JobFailure.Code.EMPTY_MESH, "nothing is above the level", false);
  }

  private static AssetRecord asset(String id) {
    return new AssetRecord(
        job(id),
        NOON,
        "image-to-3d",
        7,
        new TreeMap<>(),
        List.of(),
        "",
        List.of(),
        new TreeMap<>(),
        "cpu-test",
        List.of(),
        new TreeMap<>(),
        List.of());
  }
}
