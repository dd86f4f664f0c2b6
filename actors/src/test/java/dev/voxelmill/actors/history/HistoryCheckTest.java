package dev.voxelmill.actors.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.geometry.ViewCamera;
import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.CommandOutcome;
import dev.voxelmill.protocols.job.FileRef;
import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.lifecycle.Decision;
import dev.voxelmill.protocols.lifecycle.Effect;
import dev.voxelmill.protocols.lifecycle.JobEvent;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.plan.Methods;
import dev.voxelmill.protocols.plan.ParameterCheck;
import dev.voxelmill.protocols.plan.Plans;
import dev.voxelmill.protocols.topic.AssetRecord;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.topic.IntakeRecord;
import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.protocols.worker.TaskOutput;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The observer must see what is wrong, or its silence says nothing. */
class HistoryCheckTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final String TASK = "synthetic";
  private static final JobId JOB = new JobId("default", "one");
  private static final WorkerId FIRST = new WorkerId("worker-1");
  private static final WorkerId SECOND = new WorkerId("worker-2");
  private static final BlobRef BLOB = new BlobRef("a".repeat(64), 5, 0, List.of());
  private static final String SOURCE = "voxelmill.requests/0/0";

  private final List<JobState> states = new ArrayList<>();
  private final List<EventRecord> events = new ArrayList<>();
  private final List<AssetRecord> assets = new ArrayList<>();
  private final List<String> requests = new ArrayList<>(List.of(SOURCE));
  private final Map<String, Observation.Content> stored = new HashMap<>();
  private final List<IntakeRecord> intake = new ArrayList<>();
  private final Map<String, Boolean> chunks = new TreeMap<>();

  /** A job whose first worker is lost after a checkpoint and whose second one finishes it. */
  @BeforeEach
  void soundHistory() {
    JobRequest request =
        new JobRequest(
            JOB,
            "synthetic",
            new JobRequest.ImageRef("image/png", 32, 32, BLOB),
            ViewCamera.DEFAULT,
            0,
            ((ParameterCheck.Accepted) Methods.SYNTHETIC.check(Map.of())).parameters(),
            List.of(),
            JobRequest.DEFAULT_PRIORITY);
    intake.add(new IntakeRecord.Submitted(request, "hash", SOURCE, NOW));
    follow(JobState.accepted(request, "hash", Plans.of(request), NOW));
    on(new JobEvent.Granted(TASK, FIRST));
    report(1, FIRST, new WorkerReport.Checkpointed(manifest(1, 1, 10)));
    on(new JobEvent.WorkerLost(TASK, 1, FIRST));
    on(new JobEvent.Granted(TASK, SECOND));
    report(2, SECOND, new WorkerReport.Checkpointed(manifest(2, 1, 20)));
    report(2, SECOND, new WorkerReport.Completed(files(), cost()));
    stored.put(BLOB.sha256(), new Observation.Content(BLOB.sha256(), BLOB.size()));
  }

  @Test
  void aSoundHistoryHasNoViolation() {
    assertEquals(List.of(), findings());
  }

  @Test
  void aSecondTerminalEventIsSeen() {
    EventRecord end = events.getLast();
    events.add(new EventRecord(end.job(), end.seq() + 1, NOW, end.event()));

    assertBroken(Promise.ONE_END);
  }

  @Test
  void aJobThatNeverEndsIsSeen() {
    events.removeLast();
    assets.clear();
    states.removeLast();

    assertBroken(Promise.ONE_END);
  }

  @Test
  void aRequestThatWasForwardedAndForgottenIsSeen() {
    events.clear();
    states.clear();
    assets.clear();

    assertBroken(Promise.NOTHING_LOST);
  }

  @Test
  void aGapInTheNumbersIsSeen() {
    events.remove(2);

    assertBroken(Promise.SEQUENCE);
  }

  @Test
  void transitionsOutOfOrderAreSeen() {
    events.add(1, events.remove(2));

    assertBroken(Promise.SEQUENCE);
  }

  @Test
  void aFileThatIsNotWhatItsHashSaysIsSeen() {
    stored.put(BLOB.sha256(), new Observation.Content("b".repeat(64), BLOB.size()));

    assertBroken(Promise.ASSET);
  }

  @Test
  void aFileThatIsMissingIsSeen() {
    stored.clear();

    assertBroken(Promise.ASSET);
  }

  @Test
  void anAssetPublishedTwiceIsSeen() {
    assets.add(assets.getFirst());

    assertBroken(Promise.ASSET);
  }

  @Test
  void anAttemptGrantedToTwoWorkersIsSeen() {
    int granted = attempts().indexOf(2);
    JobEvent other = new JobEvent.Granted(TASK, new WorkerId("worker-3"));
    states.add(granted, states.get(granted - 1).on(other, NOW).next());

    assertBroken(Promise.ONE_HOLDER);
  }

  @Test
  void anAttemptThatComesBackIsSeen() {
    JobState early = states.get(1);
    states.add(states.size() - 2, early);

    assertBroken(Promise.STATE);
  }

  @Test
  void aStateThatFollowsTheEndIsSeen() {
    states.add(states.get(states.size() - 2));

    assertBroken(Promise.STATE, Promise.ONE_END);
  }

  @Test
  void aSubmissionWithoutAnAnswerIsSeen() {
    requests.add("voxelmill.requests/0/1");

    assertBroken(Promise.NOTHING_LOST);
  }

  @Test
  void aCheckpointOfAReplacedAttemptIsSeen() {
    int last = lastCheckpoint();
    EventRecord event = events.get(last);
    events.set(
        last,
        new EventRecord(
            event.job(), event.seq(), NOW, new EventRecord.Checkpointed(TASK, 0, 9, 30)));

    assertBroken(Promise.PROGRESS);
  }

  @Test
  void durableProgressThatGoesBackIsSeen() {
    int last = lastCheckpoint();
    EventRecord event = events.get(last);
    events.set(
        last,
        new EventRecord(
            event.job(), event.seq(), NOW, new EventRecord.Checkpointed(TASK, 2, 1, 10)));

    assertBroken(Promise.PROGRESS);
  }

  @Test
  void progressOfAReplacedAttemptIsSeen() {
    tell(events.size() - 2, progress(1, 15));

    assertBroken(Promise.PROGRESS);
  }

  @Test
  void workThatWasDurableAndIsDoneAgainIsSeen() {
    tell(lastCheckpoint(), progress(2, 3));

    assertBroken(Promise.RESUME);
  }

  @Test
  void aRejectedCheckpointExcusesThatWorkIsDoneAgain() {
    events.clear();
    tell(0, new EventRecord.Accepted("synthetic", "hash"));
    tell(1, new EventRecord.Checkpointed(TASK, 1, 1, 10));
    tell(2, new EventRecord.CheckpointRejected(TASK, 2, 1, "damaged"));
    tell(3, progress(2, 0));

    assertEquals(0, report().count(Promise.RESUME, false));
  }

  @Test
  void aCommandWithoutAnAnswerIsSeen() {
    order("stop", new JobCommand.Cancel());

    assertBroken(Promise.ONE_ANSWER);
  }

  @Test
  void twoAnswersToOneCommandAreSeen() {
    order("stop", new JobCommand.Cancel());
    answer("stop", CommandOutcome.ALREADY_FINISHED);
    assertEquals(List.of(), findings());
    answer("stop", CommandOutcome.UNKNOWN_JOB);

    assertBroken(Promise.ONE_ANSWER);
  }

  @Test
  void aJobThatSucceedsAfterItsCancelWasConfirmedIsSeen() {
    order("stop", new JobCommand.Cancel());
    answer("stop", CommandOutcome.CANCELLED);

    assertBroken(Promise.CANCEL_IS_FINAL);
  }

  @Test
  void otherBytesForTheSameRequestAreSeen() {
    EventRecord accepted = events.getFirst();
    JobId other = new JobId("default", "two");
    AssetRecord asset = assets.getFirst();
    BlobRef blob = new BlobRef("b".repeat(64), 5, 0, List.of());
    List<FileRef> files = List.of(new FileRef("synthetic.json", "application/json", blob));
    stored.put(blob.sha256(), new Observation.Content(blob.sha256(), blob.size()));
    events.add(new EventRecord(other, 1, NOW, accepted.event()));
    events.add(new EventRecord(other, 2, NOW, new EventRecord.Succeeded(files, List.of())));
    assets.add(
        new AssetRecord(
            other,
            NOW,
            asset.method(),
            asset.seed(),
            asset.parameters(),
            files,
            "",
            asset.models(),
            asset.versions(),
            asset.deviceClass(),
            asset.stages(),
            asset.quality(),
            List.of()));

    assertBroken(Promise.SAME_BYTES);
  }

  @Test
  void aChunkThatOutlivesItsJobIsSeen() {
    chunks.put(TASK + "/1/1/0", false);
    assertEquals(List.of(), findings());
    chunks.put(TASK + "/2/1/0", true);

    assertBroken(Promise.SWEPT);
  }

  @Test
  void whatTimeMayMendIsOpenUntilTheReportIsClosed() {
    requests.add("voxelmill.requests/0/1");

    assertEquals(List.of(), report().broken());
    assertEquals(1, report().open().size());
    assertEquals(1, report().closed().broken().size());
  }

  @Test
  void topicsWhoseBeginningHasExpiredProveNothingAboutIt() {
    HistoryCheck check = new HistoryCheck(false);
    events.subList(3, events.size()).forEach(e -> check.observe(new Observation.Published(e)));
    check.observe(new Observation.Stored(states.getLast()));
    check.observe(new Observation.Delivered(assets.getFirst(), stored));

    assertEquals(List.of(), check.report().findings());
  }

  @Test
  void whatCannotBeReadIsLost() {
    HistoryCheck check = new HistoryCheck(true);
    check.observe(new Observation.Unreadable(Topic.JOBS, "jobs-3, offsets 5 to 9"));

    Finding lost = check.report().findings().getFirst();

    assertEquals(Promise.READABLE, lost.promise());
    assertEquals("jobs-3, offsets 5 to 9", lost.subject());
    assertFalse(lost.open());
  }

  @Test
  void aCheckpointThatCannotBeReadIsRemarkedOn() {
    HistoryCheck check = new HistoryCheck(true);
    check.observe(new Observation.Unreadable(Topic.CHECKPOINTS, "checkpoints-2, offsets 7 to 7"));

    HistoryReport report = check.report();

    assertEquals(List.of(), report.findings());
    assertEquals(1, report.checked(Promise.READABLE));
    assertTrue(report.remarks().getFirst().startsWith("checkpoints-2, offsets 7 to 7"));
    assertEquals(report.remarks(), report.closed().remarks());
  }

  private static EventRecord.Progress progress(int attempt, long step) {
    return new EventRecord.Progress(TASK, attempt, step, 20, 1, 0, 1);
  }

  /** Puts an event before the one at an index, with the number of the one before it. */
  private void tell(int index, EventRecord.Event event) {
    boolean numbered = EventKinds.isTransition(event);
    long seq = index == 0 ? 0 : events.get(index - 1).seq();
    events.add(index, new EventRecord(JOB, numbered ? seq + 1 : seq, NOW, event));
  }

  private void order(String commandId, JobCommand.Order order) {
    String source = "voxelmill.commands/0/" + intake.size();
    requests.add(source);
    intake.add(new IntakeRecord.Ordered(new JobCommand(commandId, JOB, order), source, NOW));
  }

  private void answer(String commandId, CommandOutcome outcome) {
    events.add(
        new EventRecord(
            JOB,
            events.getLast().seq(),
            NOW,
            new EventRecord.Answered(commandId, "cancel", outcome)));
  }

  private int lastCheckpoint() {
    int last = -1;
    for (int i = 0; i < events.size(); i++) {
      last = events.get(i).event() instanceof EventRecord.Checkpointed ? i : last;
    }
    return last;
  }

  private void assertBroken(Promise... promises) {
    Set<Promise> found = new TreeSet<>();
    findings().forEach(finding -> found.add(finding.promise()));
    assertEquals(new TreeSet<>(Arrays.asList(promises)), found, () -> findings().toString());
  }

  private List<Finding> findings() {
    return report().findings();
  }

  /** The report on a history whose topics were read one after another. */
  private HistoryReport report() {
    HistoryCheck check = new HistoryCheck(true);
    requests.forEach(source -> check.observe(new Observation.Sent(source)));
    intake.forEach(record -> check.observe(new Observation.Forwarded(record)));
    states.forEach(state -> check.observe(new Observation.Stored(state)));
    events.forEach(event -> check.observe(new Observation.Published(event)));
    chunks.forEach((key, alive) -> check.observe(new Observation.Chunk(JOB, key, alive)));
    assets.forEach(asset -> check.observe(new Observation.Delivered(asset, stored)));
    return check.report();
  }

  private void report(int attempt, WorkerId worker, WorkerReport report) {
    on(new JobEvent.Reported(TASK, attempt, worker, report));
  }

  private void on(JobEvent event) {
    follow(states.getLast().on(event, NOW));
  }

  private void follow(Decision decision) {
    states.add(decision.next());
    for (Effect effect : decision.effects()) {
      if (effect instanceof Effect.Publish publish) {
        events.add(publish.event());
      } else if (effect instanceof Effect.PublishAsset publish) {
        assets.add(publish.asset());
      }
    }
  }

  /** The attempt in each state; -1 when the job has ended. */
  private List<Integer> attempts() {
    return states.stream()
        .map(
            state ->
                state instanceof JobState.Active active
                    ? active.task(TASK).orElseThrow().attempt()
                    : -1)
        .toList();
  }

  private static CheckpointManifest manifest(int attempt, int number, long nextStep) {
    return new CheckpointManifest(
        TASK,
        attempt,
        number,
        nextStep,
        0,
        CheckpointManifest.PayloadCodec.NONE,
        0,
        List.of(),
        "cpu/test");
  }

  private static TaskOutput.Files files() {
    return new TaskOutput.Files(
        List.of(new FileRef("synthetic.json", "application/json", BLOB)),
        new TreeMap<>(),
        List.of());
  }

  private static TaskOutput.Cost cost() {
    return new TaskOutput.Cost(SECOND, 20, 1, 0, 0, 1, Map.of());
  }
}
