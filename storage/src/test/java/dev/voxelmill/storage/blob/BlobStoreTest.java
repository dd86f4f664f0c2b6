package dev.voxelmill.storage.blob;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.ChunkRef;
import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.storage.BrokerExtension;
import dev.voxelmill.storage.CommittedRecords;
import dev.voxelmill.storage.chunk.ChunkConfig;
import dev.voxelmill.storage.chunk.ChunkDamagedException;
import dev.voxelmill.storage.chunk.ChunkDamagedException.Reason;
import dev.voxelmill.storage.topics.Installation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(BrokerExtension.class)
class BlobStoreTest {
  private Installation installation;
  private BlobStore store;

  @BeforeEach
  void open(Installation given) {
    installation = given;
    store = new BlobStore(installation, ChunkConfig.load());
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void bytesComeBackUnderTheirHash() throws Exception {
    BlobRef hello = result(store.put("hello".getBytes(UTF_8)));

    assertEquals(
        "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", hello.sha256());
    assertArrayEquals("hello".getBytes(UTF_8), result(store.get(hello)));
  }

  @Test
  void emptyBytesAreABlobToo() throws Exception {
    BlobRef empty = result(store.put(new byte[0]));

    assertArrayEquals(new byte[0], result(store.get(empty)));
  }

  @Test
  void bothReferencesToBytesWrittenTwiceAreGood() throws Exception {
    byte[] picture = noise(3 << 20);
    BlobRef first = result(store.put(picture));
    BlobRef second = result(store.put(picture));

    assertArrayEquals(picture, result(store.get(first)));
    assertArrayEquals(picture, result(store.get(second)));
  }

  @Test
  void aReferenceWhoseCopyWasCompactedAwayFindsTheLaterOne() throws Exception {
    byte[] picture = noise(2 << 20);
    BlobRef probe = result(store.put(picture));
    long gap = offsetWithoutARecord(probe.partition());
    result(store.put(picture));
    List<ChunkRef> compacted =
        probe.chunks().stream().map(c -> new ChunkRef(gap, c.length(), c.crc32c())).toList();

    byte[] found =
        result(store.get(new BlobRef(probe.sha256(), probe.size(), probe.partition(), compacted)));

    assertArrayEquals(picture, found);
  }

  @Test
  void bytesThatExistNowhereAreMissing() throws Exception {
    BlobRef real = result(store.put(noise(100)));
    List<ChunkRef> beyond = List.of(new ChunkRef(1_000_000, 100, 1));

    assertDamage(Reason.MISSING, new BlobRef(real.sha256(), 100, real.partition(), beyond));
  }

  @Test
  void aSizeThatIsNotTheContentsIsDamage() throws Exception {
    BlobRef real = result(store.put(noise(100)));

    assertDamage(Reason.PAYLOAD, new BlobRef(real.sha256(), 101, real.partition(), real.chunks()));
  }

  /** The marker of a transaction takes an offset at which no record lies. */
  private long offsetWithoutARecord(int partition) throws Exception {
    TopicPartition target = installation.partition(Topic.BLOBS, partition);
    try (var producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", installation.bootstrap(), "transactional.id", "gap"),
            new StringSerializer(),
            new StringSerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      var sent = producer.send(new ProducerRecord<>(target.topic(), partition, "gap", "gap"));
      producer.commitTransaction();
      long record = sent.get().offset();
      // The marker is written after the commit is acknowledged; readers see the record once it is.
      await()
          .atMost(Duration.ofMinutes(2))
          .until(
              () ->
                  CommittedRecords.of(installation, Topic.BLOBS, partition).getLast().offset()
                      == record);
      return record + 1;
    }
  }

  private void assertDamage(Reason reason, BlobRef blob) {
    ExecutionException failure =
        assertThrows(ExecutionException.class, () -> result(store.get(blob)));
    assertEquals(
        reason, assertInstanceOf(ChunkDamagedException.class, failure.getCause()).reason());
  }

  private static byte[] noise(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static <T> T result(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(2, TimeUnit.MINUTES);
  }
}
