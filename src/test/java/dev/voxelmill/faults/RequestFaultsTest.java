package dev.voxelmill.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.topic.EventRecord;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(FaultExtension.class)
class RequestFaultsTest {
  private static final int DUPLICATES = 100;
  private static final long SEED = 14;

  @Test
  @Fault(
      id = "F15",
      what = "one request sent a hundred times at once, and once with another body",
      also = "one job, one rejected submission")
  void aHundredDuplicatesAtOnceAreOneJob(FaultCluster cluster, Outcome outcome) throws Exception {
    byte[] request = Jobs.synthetic("f15", 10, 10);
    List<Callable<String>> sendings = new ArrayList<>();
    for (int i = 0; i < DUPLICATES; i++) {
      sendings.add(() -> cluster.submit(request));
    }

    Set<String> sources;
    try (ExecutorService senders = Executors.newFixedThreadPool(16)) {
      sources =
          senders.invokeAll(sendings).stream().map(Future::resultNow).collect(Collectors.toSet());
    }
    cluster.jobs().awaitSuccess("f15");
    cluster.submit(Jobs.synthetic("f15", 11, 10));
    Eventually.holds(
        "the other body is rejected", () -> count(cluster, EventRecord.Rejected.class) == 1);

    assertEquals(DUPLICATES, sources.size());
    assertEquals(1, count(cluster, EventRecord.Accepted.class));
    assertEquals(1, count(cluster, EventRecord.Succeeded.class));
    outcome.fired(DUPLICATES + " records on requests, one job");
  }

  @Test
  @Fault(
      id = "F14",
      what = "requests that are garbage, hostile or damaged, between good ones",
      also = "each is a dead letter exactly once, and the good one behind them is run")
  void poisonIsBuriedAndThePartitionGoesOn(FaultCluster cluster, Outcome outcome) throws Exception {
    List<String> sources = new ArrayList<>();
    for (byte[] poison : poisons()) {
      sources.add(cluster.submit(poison));
    }
    cluster.submit(Jobs.synthetic("f14-good", 5, 10));

    cluster.jobs().awaitSuccess("f14-good");
    Eventually.holds("all are buried", () -> cluster.observer().buried().containsAll(sources));

    Map<String, Long> burials =
        cluster.observer().buried().stream()
            .filter(sources::contains)
            .collect(Collectors.groupingBy(source -> source, Collectors.counting()));
    assertTrue(burials.values().stream().allMatch(times -> times == 1), burials::toString);
    assertEquals(sources.size(), burials.size());
    outcome.fired(sources.size() + " poisons, all buried");
  }

  @Test
  @Fault(
      id = "F16",
      what = "requests and intake rewound to their first record and read again",
      also = "no job is accepted, run or delivered a second time")
  void whatIsReadAgainChangesNothing(FaultCluster cluster, Outcome outcome) throws Exception {
    cluster.submit(Jobs.synthetic("f16", 5, 10));
    cluster.jobs().awaitSuccess("f16");
    for (Part supervisor : cluster.supervisors()) {
      assertEquals(0, supervisor.terminate(Eventually.LIMIT), supervisor.lastWords());
    }
    History before = cluster.observer().read();

    cluster.rewind();
    cluster.heal();
    int again = before.requests().size() + before.intake().size() - before.buried().size();
    Eventually.holds(
        "every good request was forwarded again",
        () -> cluster.observer().read().intake().size() >= again);
    cluster.submit(Jobs.synthetic("f16-after", 5, 10));
    cluster.jobs().awaitSuccess("f16-after");

    History after = cluster.observer().read();
    assertEquals(accepted(before) + 1, accepted(after));
    assertEquals(before.assets().size() + 1, after.assets().size());
    outcome.fired(
        "%d requests read twice, %d assets before and after"
            .formatted(before.requests().size(), before.assets().size()));
  }

  private static long accepted(History history) {
    return history.events().stream()
        .filter(event -> event.event() instanceof EventRecord.Accepted)
        .count();
  }

  private static long count(FaultCluster cluster, Class<? extends EventRecord.Event> type) {
    return cluster.jobs().events("f15").stream().filter(e -> type.isInstance(e.event())).count();
  }

  private static List<byte[]> poisons() {
    Random random = new Random(SEED);
    List<byte[]> poisons = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      byte[] noise = new byte[1 + random.nextInt(4000)];
      random.nextBytes(noise);
      poisons.add(noise);
    }
    byte[] good = Jobs.synthetic("f14-cut", 5, 10);
    poisons.add(java.util.Arrays.copyOf(good, good.length / 2));
    poisons.add(new byte[0]);
    poisons.add("[".repeat(100_000).getBytes(UTF_8));
    poisons.add(("{\"id\":\"" + "x".repeat(5 << 20) + "\"}").getBytes(UTF_8));
    poisons.add(new byte[] {'{', '"', (byte) 0xC3, (byte) 0x28, '"', ':', '1', '}'});
    poisons.add(withImage("f14-bomb", hugePng()));
    poisons.add(withImage("f14-text", "not a picture".getBytes(UTF_8)));
    poisons.add(
        "{\"id\":\"f14-nan\",\"parameters\":{\"distill.learningRate\":NaN},\"image\":{\"data\":\"iVBO\"}}"
            .getBytes(UTF_8));
    return poisons;
  }

  private static byte[] withImage(String id, byte[] image) {
    return "{\"id\":\"%s\",\"image\":{\"data\":\"%s\"}}"
        .formatted(id, Base64.getEncoder().encodeToString(image))
        .getBytes(UTF_8);
  }

  /** The head of a PNG that claims to have 60,000 x 60,000 pixels. */
  private static byte[] hugePng() {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    png.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0, 0, 13});
    byte[] head = {
      'I', 'H', 'D', 'R', 0, 0, (byte) 0xEA, 0x60, 0, 0, (byte) 0xEA, 0x60, 8, 6, 0, 0, 0
    };
    png.writeBytes(head);
    java.util.zip.CRC32 crc = new java.util.zip.CRC32();
    crc.update(head);
    for (int shift = 24; shift >= 0; shift -= 8) {
      png.write((int) (crc.getValue() >>> shift));
    }
    return png.toByteArray();
  }
}
