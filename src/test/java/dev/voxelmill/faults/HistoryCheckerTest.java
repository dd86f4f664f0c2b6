package dev.voxelmill.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.voxelmill.faults.HistoryChecker.Rule;
import dev.voxelmill.protocols.geometry.ViewCamera;
import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.FileRef;
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
class HistoryCheckerTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final String TASK = "synthetic";
  private static final WorkerId FIRST = new WorkerId("worker-1");
  private static final WorkerId SECOND = new WorkerId("worker-2");
  private static final BlobRef BLOB = new BlobRef("a".repeat(64), 5, 0, List.of());
  private static final String SOURCE = "voxelmill.requests/0/0";

  private final List<JobState> states = new ArrayList<>();
  private final List<EventRecord> events = new ArrayList<>();
  private final List<AssetRecord> assets = new ArrayList<>();
  private final List<String> requests = new ArrayList<>(List.of(SOURCE));
  private final Map<String, History.Content> stored = new HashMap<>();
  private IntakeRecord submitted;

  /** A job whose first worker is lost after a checkpoint and whose second one finishes it. */
  @BeforeEach
  void soundHistory() {
    JobRequest request =
        new JobRequest(
            new JobId("default", "one"),
            "synthetic",
            new JobRequest.ImageRef("image/png", 32, 32, BLOB),
            ViewCamera.DEFAULT,
            0,
            ((ParameterCheck.Accepted) Methods.SYNTHETIC.check(Map.of())).parameters(),
            List.of(),
            JobRequest.DEFAULT_PRIORITY);
    submitted = new IntakeRecord.Submitted(request, "hash", SOURCE, NOW);
    follow(JobState.accepted(request, "hash", Plans.of(request), NOW));
    on(new JobEvent.Granted(TASK, FIRST));
    report(1, FIRST, new WorkerReport.Checkpointed(manifest(1, 1, 10)));
    on(new JobEvent.WorkerLost(TASK, 1, FIRST));
    on(new JobEvent.Granted(TASK, SECOND));
    report(2, SECOND, new WorkerReport.Checkpointed(manifest(2, 1, 20)));
    report(2, SECOND, new WorkerReport.Completed(files(), cost()));
    stored.put(BLOB.sha256(), new History.Content(BLOB.sha256(), BLOB.size()));
  }

  @Test
  void aSoundHistoryHasNoViolation() {
    assertEquals(List.of(), violations());
  }

  @Test
  void aSecondTerminalEventIsSeen() {
    EventRecord end = events.getLast();
    events.add(new EventRecord(end.job(), end.seq() + 1, NOW, end.event()));

    assertBroken(Rule.ONE_END);
  }

  @Test
  void aJobThatNeverEndsIsSeen() {
    events.removeLast();
    assets.clear();
    states.removeLast();

    assertBroken(Rule.ONE_END);
  }

  @Test
  void aRequestThatWasForwardedAndForgottenIsSeen() {
    events.clear();
    states.clear();
    assets.clear();

    assertBroken(Rule.ONE_END);
  }

  @Test
  void aGapInTheNumbersIsSeen() {
    events.remove(2);

    assertBroken(Rule.SEQUENCE);
  }

  @Test
  void transitionsOutOfOrderAreSeen() {
    events.add(1, events.remove(2));

    assertBroken(Rule.SEQUENCE);
  }

  @Test
  void aFileThatIsNotWhatItsHashSaysIsSeen() {
    stored.put(BLOB.sha256(), new History.Content("b".repeat(64), BLOB.size()));

    assertBroken(Rule.ASSET);
  }

  @Test
  void aFileThatIsMissingIsSeen() {
    stored.clear();

    assertBroken(Rule.ASSET);
  }

  @Test
  void anAssetPublishedTwiceIsSeen() {
    assets.add(assets.getFirst());

    assertBroken(Rule.ASSET);
  }

  @Test
  void anAttemptGrantedToTwoWorkersIsSeen() {
    int granted = attempts().indexOf(2);
    JobEvent other = new JobEvent.Granted(TASK, new WorkerId("worker-3"));
    states.add(granted, states.get(granted - 1).on(other, NOW).next());

    assertBroken(Rule.ONE_HOLDER);
  }

  @Test
  void anAttemptThatComesBackIsSeen() {
    JobState early = states.get(1);
    states.add(states.size() - 2, early);

    assertBroken(Rule.STATE);
  }

  @Test
  void aStateThatFollowsTheEndIsSeen() {
    states.add(states.get(states.size() - 2));

    assertBroken(Rule.STATE, Rule.ONE_END);
  }

  @Test
  void aSubmissionWithoutAnAnswerIsSeen() {
    requests.add("voxelmill.requests/0/1");

    assertBroken(Rule.NOTHING_LOST);
  }

  @Test
  void aCheckpointOfAReplacedAttemptIsSeen() {
    int last = lastCheckpoint();
    EventRecord event = events.get(last);
    events.set(
        last,
        new EventRecord(
            event.job(), event.seq(), NOW, new EventRecord.Checkpointed(TASK, 0, 9, 30)));

    assertBroken(Rule.PROGRESS);
  }

  @Test
  void durableProgressThatGoesBackIsSeen() {
    int last = lastCheckpoint();
    EventRecord event = events.get(last);
    events.set(
        last,
        new EventRecord(
            event.job(), event.seq(), NOW, new EventRecord.Checkpointed(TASK, 2, 1, 10)));

    assertBroken(Rule.PROGRESS);
  }

  private int lastCheckpoint() {
    int last = -1;
    for (int i = 0; i < events.size(); i++) {
      last = events.get(i).event() instanceof EventRecord.Checkpointed ? i : last;
    }
    return last;
  }

  private void assertBroken(Rule... rules) {
    Set<Rule> found = new TreeSet<>();
    violations().forEach(violation -> found.add(violation.rule()));
    assertEquals(new TreeSet<>(Arrays.asList(rules)), found, () -> violations().toString());
  }

  private List<HistoryChecker.Violation> violations() {
    return HistoryChecker.violations(
        new History(requests, List.of(submitted), List.of(), states, events, assets, stored));
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
