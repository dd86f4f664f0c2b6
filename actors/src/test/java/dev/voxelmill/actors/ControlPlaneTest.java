package dev.voxelmill.actors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.job.CommandOutcome;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.topic.AssetRecord;
import dev.voxelmill.protocols.topic.DeadLetter;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.protocols.topic.Topic;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real broker, owners, placement and intake in one node; the worker is scripted. */
class ControlPlaneTest {
  private static final JsonCodec<EventRecord> EVENTS = JsonCodec.of(EventRecord.class);
  private static final JsonCodec<AssetRecord> ASSETS = JsonCodec.of(AssetRecord.class);

  @TempDir static Path directory;
  private static ControlPlane plane;

  @BeforeAll
  static void start() throws Exception {
    plane = ControlPlane.start(directory);
  }

  @AfterAll
  static void stop() throws Exception {
    plane.close();
  }

  @Test
  void oneIdThroughThreePartitionersIsOneJobAndOneAsset() {
    JobId job = new JobId("default", "car-1");
    byte[] request = ControlPlane.request("car-1", 7);

    plane.submit(0, "some key", request);
    plane.submit(3, null, request);
    plane.submit(5, "another key", request);
    var events =
        plane.await(
            Topic.EVENTS, events(job), seen -> seen.stream().anyMatch(ControlPlaneTest::terminal));
    plane.submit(1, null, ControlPlane.request("car-2", 7));
    plane.await(Topic.ASSETS, about(new JobId("default", "car-2")), seen -> !seen.isEmpty());
    var assets = plane.await(Topic.ASSETS, about(job), seen -> !seen.isEmpty());

    assertEquals(1, assets.size());
    AssetRecord asset = ASSETS.decode(assets.getFirst().value());
    assertEquals(job, asset.job());
    assertArrayEquals(ControlPlane.GLB, Base64.getDecoder().decode(asset.inlineGlbBase64()));
    assertEquals(
        List.of("encode", "denoise", "tile", "project", "distill", "mesh"),
        asset.stages().stream().map(AssetRecord.Stage::task).toList());
    List<EventRecord> transitions =
        events.stream()
            .map(ControlPlaneTest::event)
            .filter(event -> !(event.event() instanceof EventRecord.Progress))
            .toList();
    assertEquals(
        LongStream.rangeClosed(1, transitions.size()).boxed().toList(),
        transitions.stream().map(EventRecord::seq).toList());
    assertInstanceOf(EventRecord.Accepted.class, transitions.getFirst().event());
    assertInstanceOf(EventRecord.Succeeded.class, transitions.getLast().event());
    // Not how often: the worker of a machine that stands still for a moment loses its lease.
    assertEquals(
        Set.of("encode", "denoise", "tile", "project", "distill", "mesh"),
        plane.ran().stream()
            .filter(assignment -> assignment.request().job().equals(job))
            .map(assignment -> assignment.task().task())
            .collect(Collectors.toSet()));
  }

  @Test
  void tenBadRequestsBecomeTenDeadLettersAndThePartitionGoesOn() {
    List<byte[]> bad = ControlPlane.badRequests();
    JobId after = new JobId("default", "after-the-bad");

    bad.forEach(value -> plane.submit(2, null, value));
    plane.submit(2, null, ControlPlane.request(after.id(), 1));
    plane.await(Topic.ASSETS, about(after), seen -> !seen.isEmpty());
    var letters =
        plane.await(
            Topic.DEAD_LETTERS,
            letter -> header(letter, DeadLetter.SOURCE).startsWith("voxelmill.requests/2/"),
            seen -> seen.size() >= bad.size());

    assertEquals(bad.size(), letters.size());
    for (int i = 0; i < bad.size(); i++) {
      assertArrayEquals(bad.get(i), letters.get(i).value());
      assertTrue(header(letters.get(i), DeadLetter.REASON).length() > 10);
    }
    Set<String> sources =
        letters.stream().map(l -> header(l, DeadLetter.SOURCE)).collect(Collectors.toSet());
    var rejected =
        plane.await(
            Topic.EVENTS,
            record ->
                event(record).event() instanceof EventRecord.Rejected r
                    && sources.contains(r.source()),
            seen -> seen.size() >= bad.size());
    assertEquals(bad.size(), rejected.size());
    assertTrue(rejected.stream().allMatch(record -> event(record).seq() == 0));
  }

  @Test
  void anotherBodyUnderTheSameIdIsRejectedAndTheJobUntouched() {
    JobId job = new JobId("default", "taken");

    plane.submit(4, null, ControlPlane.request("taken", 1));
    plane.await(Topic.ASSETS, about(job), seen -> !seen.isEmpty());
    plane.submit(6, null, ControlPlane.request("taken", 2));
    var rejected =
        plane.await(
            Topic.EVENTS,
            record ->
                events(job).test(record) && event(record).event() instanceof EventRecord.Rejected,
            seen -> !seen.isEmpty());
    plane.submit(6, null, ControlPlane.request("taken-2", 1));
    plane.await(Topic.ASSETS, about(new JobId("default", "taken-2")), seen -> !seen.isEmpty());

    var rejection = (EventRecord.Rejected) event(rejected.getFirst()).event();
    assertTrue(rejection.source().startsWith("voxelmill.requests/6/"), rejection.source());
    assertEquals(1, plane.await(Topic.ASSETS, about(job), seen -> !seen.isEmpty()).size());
  }

  @Test
  void aJobThatIsPausedBeforeItIsRequestedWaitsUntilItIsResumed() {
    JobId job = new JobId("default", "held");

    plane.order(1, "{'commandId':'p1','id':'held','command':'pause'}");
    awaitAtHome(job);
    plane.submit(3, null, ControlPlane.request("held", 1));
    plane.await(Topic.EVENTS, answer(job, "p1", CommandOutcome.PAUSED), seen -> !seen.isEmpty());
    plane.submit(3, null, ControlPlane.request("not-held", 1));
    plane.await(Topic.ASSETS, about(new JobId("default", "not-held")), seen -> !seen.isEmpty());
    boolean ran = plane.ran().stream().anyMatch(run -> run.request().job().equals(job));
    plane.order(5, "{'commandId':'r1','id':'held','command':'resume'}");
    var events =
        plane.await(
            Topic.EVENTS, events(job), seen -> seen.stream().anyMatch(ControlPlaneTest::terminal));

    assertFalse(ran, "a paused job was placed");
    assertEquals(
        List.of("accepted", "paused", "resumed"),
        transitions(events).stream().limit(3).map(ControlPlaneTest::type).toList());
    assertInstanceOf(EventRecord.Succeeded.class, transitions(events).getLast().event());
  }

  @Test
  void aCancelIsFinalAndAnsweredEachTimeItIsSent() {
    JobId job = new JobId("default", "unwanted");
    String cancel = "{'commandId':'c1','id':'unwanted','command':'cancel'}";

    plane.order(0, cancel);
    awaitAtHome(job);
    plane.submit(3, null, ControlPlane.request("unwanted", 1));
    plane.await(Topic.EVENTS, answer(job, "c1", CommandOutcome.CANCELLED), seen -> !seen.isEmpty());
    plane.order(6, cancel);
    plane.order(7, "{'commandId':'r1','id':'unwanted','command':'resume'}");
    plane.submit(2, null, ControlPlane.request("unwanted", 1));
    plane.await(
        Topic.EVENTS, answer(job, "r1", CommandOutcome.ALREADY_FINISHED), seen -> !seen.isEmpty());
    plane.await(Topic.EVENTS, answer(job, "c1", CommandOutcome.CANCELLED), s -> s.size() >= 2);
    var events = plane.await(Topic.EVENTS, events(job), seen -> seen.size() >= 5);

    assertEquals(
        List.of("accepted", "cancelled"),
        transitions(events).stream().map(ControlPlaneTest::type).toList());
    assertTrue(plane.ran().stream().noneMatch(run -> run.request().job().equals(job)));
  }

  @Test
  void aBadCommandBecomesADeadLetterAndAnEventThatSaysWhatToMend() {
    String bad = "{'commandId':'x','id':'car-1','command':'stop'}";

    plane.order(4, bad);
    var letters = plane.await(Topic.DEAD_LETTERS, from(Topic.COMMANDS), seen -> !seen.isEmpty());
    String source = header(letters.getFirst(), DeadLetter.SOURCE);
    var rejected =
        plane.await(
            Topic.EVENTS,
            record ->
                event(record).event() instanceof EventRecord.Rejected r
                    && r.source().equals(source),
            seen -> !seen.isEmpty());

    assertEquals("schema", header(letters.getFirst(), DeadLetter.CODE));
    assertEquals(new JobId("default", "car-1"), event(rejected.getFirst()).job());
  }

  /** Commands and requests come to a job's home by different ways, one of which may be faster. */
  private static void awaitAtHome(JobId job) {
    plane.await(Topic.INTAKE, about(job), seen -> !seen.isEmpty());
  }

  private static Predicate<ConsumerRecord<byte[], byte[]>> from(Topic topic) {
    return record -> header(record, DeadLetter.SOURCE).startsWith(topic.named("voxelmill") + "/");
  }

  private static Predicate<ConsumerRecord<byte[], byte[]>> answer(
      JobId job, String commandId, CommandOutcome outcome) {
    return record ->
        event(record).job().equals(job)
            && event(record).event() instanceof EventRecord.Answered answered
            && answered.commandId().equals(commandId)
            && answered.outcome() == outcome;
  }

  private static List<EventRecord> transitions(List<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream()
        .map(ControlPlaneTest::event)
        .filter(event -> !(event.event() instanceof EventRecord.Progress))
        .filter(event -> !(event.event() instanceof EventRecord.Answered))
        .toList();
  }

  private static String type(EventRecord event) {
    return JsonCodec.mapper().valueToTree(event).at("/event/type").textValue();
  }

  private static Predicate<ConsumerRecord<byte[], byte[]>> events(JobId job) {
    return record -> event(record).job().equals(job);
  }

  private static Predicate<ConsumerRecord<byte[], byte[]>> about(JobId job) {
    return record -> new String(record.key(), UTF_8).equals(job.key());
  }

  private static boolean terminal(ConsumerRecord<byte[], byte[]> record) {
    return event(record).event() instanceof EventRecord.Succeeded
        || event(record).event() instanceof EventRecord.Failed;
  }

  private static EventRecord event(ConsumerRecord<byte[], byte[]> record) {
    return EVENTS.decode(record.value());
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }
}
