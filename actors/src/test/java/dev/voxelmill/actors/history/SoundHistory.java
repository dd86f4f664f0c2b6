package dev.voxelmill.actors.history;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.voxelmill.protocols.geometry.ViewCamera;
import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.CommandOutcome;
import dev.voxelmill.protocols.job.FileRef;
import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.job.Sha256;
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

/**
 * The history of a job whose first worker is lost after a checkpoint and whose second one finishes
 * it. Tests spoil it topic by topic: the check must see what is wrong, or its silence says nothing.
 */
final class SoundHistory {
  static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  static final String TASK = "synthetic";
  static final JobId JOB = new JobId("default", "one");
  static final Sha256 BODY = new Sha256(0, 0, 0, 1);
  static final BlobRef BLOB = new BlobRef("a".repeat(64), 5, 0, List.of());

  private static final WorkerId FIRST = new WorkerId("worker-1");
  private static final WorkerId SECOND = new WorkerId("worker-2");
  private static final String SOURCE = "voxelmill.requests/0/0";

  final List<JobState> states = new ArrayList<>();
  final List<EventRecord> events = new ArrayList<>();
  final List<AssetRecord> assets = new ArrayList<>();
  final List<String> requests = new ArrayList<>(List.of(SOURCE));
  final Map<String, Observation.Content> stored = new HashMap<>();
  final List<IntakeRecord> intake = new ArrayList<>();
  final Map<String, Boolean> chunks = new TreeMap<>();

  SoundHistory() {
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
    intake.add(new IntakeRecord.Submitted(request, BODY, SOURCE, NOW));
    follow(JobState.accepted(request, BODY, Plans.of(request), NOW));
    on(new JobEvent.Granted(TASK, FIRST));
    report(1, FIRST, new WorkerReport.Checkpointed(manifest(1, 1, 10)));
    on(new JobEvent.WorkerLost(TASK, 1, FIRST));
    on(new JobEvent.Granted(TASK, SECOND));
    report(2, SECOND, new WorkerReport.Checkpointed(manifest(2, 1, 20)));
    report(2, SECOND, new WorkerReport.Completed(files(), cost()));
    stored.put(BLOB.sha256(), new Observation.Content(BLOB.sha256(), BLOB.size()));
  }

  /** Puts an event before the one at an index, with the number of the one before it. */
  void tell(int index, EventRecord.Event event) {
    boolean numbered = EventKinds.isTransition(event);
    long seq = index == 0 ? 0 : events.get(index - 1).seq();
    events.add(index, new EventRecord(JOB, numbered ? seq + 1 : seq, NOW, event));
  }

  void order(String commandId, JobCommand.Order order) {
    String source = "voxelmill.commands/0/" + intake.size();
    requests.add(source);
    intake.add(new IntakeRecord.Ordered(new JobCommand(commandId, JOB, order), source, NOW));
  }

  void answer(String commandId, CommandOutcome outcome) {
    events.add(
        new EventRecord(
            JOB,
            events.getLast().seq(),
            NOW,
            new EventRecord.Answered(commandId, "cancel", outcome)));
  }

  /** Index of the last event that tells of a checkpoint. */
  int lastCheckpoint() {
    int last = -1;
    for (int i = 0; i < events.size(); i++) {
      last = events.get(i).event() instanceof EventRecord.Checkpointed ? i : last;
    }
    return last;
  }

  /** Fails unless these promises are found broken and no other. */
  void assertBroken(Promise... promises) {
    Set<Promise> found = new TreeSet<>();
    findings().forEach(finding -> found.add(finding.promise()));
    assertEquals(new TreeSet<>(Arrays.asList(promises)), found, () -> findings().toString());
  }

  List<Finding> findings() {
    return report().findings();
  }

  /** The report on a history whose topics were read one after another. */
  HistoryReport report() {
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
  List<Integer> attempts() {
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
