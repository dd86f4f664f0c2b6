package dev.voxelmill.protocols.lifecycle;

import static dev.voxelmill.protocols.lifecycle.Jobs.NOON;
import static dev.voxelmill.protocols.lifecycle.Jobs.ONE;
import static dev.voxelmill.protocols.lifecycle.Jobs.TWO;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.plan.Methods;
import dev.voxelmill.protocols.topic.AssetRecord;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerReport;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JobBudgetTest {
  private static final Instant LATE = NOON.plusSeconds(60);
  private static final WorkerReport.Started STARTED = new WorkerReport.Started();

  private JobState state = Jobs.accepted(Map.of("budget.maxSeconds", "60")).next();

  @Test
  void aLimitOfStepsIsWhatTheTaskIsRunWithAndIsMarked() {
    state = Jobs.accepted(Map.of("budget.maxSteps", "50", "distill.steps", "200")).next();
    runToDistill();
    on(new JobEvent.Granted("distill", ONE));
    String steps =
        active().assignment(task("distill"), 0).request().parameters().get("distill.steps");
    complete("distill", 1, 50);

    AssetRecord asset = finishMesh();

    assertEquals("50", steps);
    assertEquals("50", asset.parameters().get("distill.steps"));
    assertEquals(List.of("maxSteps: distill.steps 50 of 200"), asset.budget());
  }

  @Test
  void aLimitThatIsNotReachedLeavesNoMark() {
    state =
        Jobs.accepted(
                Map.of("budget.maxSteps", "200", "distill.steps", "200", "budget.maxSeconds", "60"))
            .next();
    runToDistill();
    finish("distill");

    assertEquals(List.of(), finishMesh().budget());
  }

  @Test
  void aJobThatIsRefinedWhenItsTimeIsUpFinishesWhereItIsAndIsMarked() {
    runToDistill();
    on(new JobEvent.Granted("distill", ONE));
    on(report("distill", 1, ONE, STARTED));

    Decision up = late();
    Decision again = on(report("distill", 1, ONE, running()));
    complete("distill", 1, 57);

    assertEquals(ONE, up.effects(Effect.TellFinish.class).getFirst().worker());
    assertEquals(1, again.effects(Effect.TellFinish.class).size(), "it is told again");
    assertEquals(List.of("maxSeconds: distill.steps 57 of 200"), finishMesh().budget());
  }

  @Test
  void aRefinementThatHasNotBegunIsToldToFinishAsSoonAsItHas() {
    runToDistill();

    Decision up = late();
    on(new JobEvent.Granted("distill", TWO));
    Decision started = on(report("distill", 1, TWO, STARTED));

    assertEquals(List.of(), up.effects(Effect.TellFinish.class));
    assertInstanceOf(JobState.Active.class, up.next());
    assertEquals(TWO, started.effects(Effect.TellFinish.class).getFirst().worker());
  }

  @Test
  void viewsThatAreMadeAreLiftedAndDeliveredWithoutRefinement() {
    List.of("encode", "denoise", "tile").forEach(this::finish);
    on(new JobEvent.Granted("project", ONE));

    Decision up = late();
    complete("project", 1, 1);
    on(new JobEvent.Granted("distill", TWO));
    Decision started = on(report("distill", 1, TWO, STARTED));
    on(report("distill", 1, TWO, Jobs.completed("distill", 1, TWO, 0)));

    assertEquals(List.of(), up.effects(Effect.TellStop.class));
    assertEquals(TWO, started.effects(Effect.TellFinish.class).getFirst().worker());
    assertEquals(List.of("maxSeconds: distill.steps 0 of 200"), finishMesh().budget());
  }

  @Test
  void aJobThatAskedForViewsDeliversThoseThatAreMadeAndSaysHowMany() {
    state =
        Jobs.accepted(
                Methods.ZERO123, Map.of("budget.maxSeconds", "60", "poses", "0/1/0,0/2/0,0/3/0"))
            .next();
    finish("encode");
    on(new JobEvent.Granted("denoise", ONE));
    on(report("denoise", 1, ONE, STARTED));

    Decision up = late();
    complete("denoise", 1, 60);
    on(new JobEvent.Granted("tile", ONE));
    AssetRecord asset =
        on(report("tile", 1, ONE, Jobs.completed("tile", 1, ONE, 2, true)))
            .effects(Effect.PublishAsset.class)
            .getFirst()
            .asset();

    assertEquals(ONE, up.effects(Effect.TellFinish.class).getFirst().worker());
    assertEquals(List.of("maxSeconds: poses 2 of 3"), asset.budget());
  }

  @Test
  void aWorkerThatHasMadeNothingWhenTheTimeIsUpEndsTheJobAtOnce() {
    state = Jobs.accepted(Methods.SYNTHETIC, Map.of("budget.maxSeconds", "60")).next();
    on(new JobEvent.Granted("synthetic", ONE));
    on(report("synthetic", 1, ONE, STARTED));

    Decision up = late();
    on(report("synthetic", 1, ONE, new WorkerReport.Failed(JobFailure.deadlineExceeded())));

    assertEquals(1, up.effects(Effect.TellFinish.class).size());
    assertEquals(JobFailure.Code.DEADLINE_EXCEEDED, failure().code());
  }

  @Test
  void aCanvasThatIsMadeIsDeliveredAndOneThatIsNotIsNot() {
    state = Jobs.accepted(Methods.ZERO123PLUS, Map.of("budget.maxSeconds", "60")).next();
    finish("condition");
    JobState denoising = state;
    finish("denoise");

    Decision made = late();
    state = denoising;
    late();

    assertInstanceOf(JobState.Active.class, made.next());
    assertEquals(JobFailure.Code.DEADLINE_EXCEEDED, failure().code());
  }

  @Test
  void whereViewsAreTheAssetTheLimitOfStepsIsTheSamplers() {
    state =
        Jobs.accepted(Methods.ZERO123, Map.of("budget.maxSteps", "1", "denoise.steps", "50"))
            .next();
    finish("encode");
    on(new JobEvent.Granted("denoise", ONE));

    String steps =
        active().assignment(task("denoise"), 0).request().parameters().get("denoise.steps");
    complete("denoise", 1, 4);
    on(new JobEvent.Granted("tile", ONE));
    AssetRecord asset =
        on(report("tile", 1, ONE, Jobs.completed("tile", 1, ONE, 5, true)))
            .effects(Effect.PublishAsset.class)
            .getFirst()
            .asset();

    assertEquals("2", steps);
    assertEquals(List.of("maxSteps: denoise.steps 2 of 50"), asset.budget());
  }

  @Test
  void aJobThatHasNothingToDeliverFailsWhenItsTimeIsUp() {
    finish("encode");
    on(new JobEvent.Granted("denoise", ONE));

    Decision up = late();

    assertEquals(JobFailure.Code.DEADLINE_EXCEEDED, failure().code());
    assertEquals(ONE, up.effects(Effect.TellStop.class).getFirst().worker());
  }

  @Test
  void withoutAProjectionOrACheckpointThereIsNothingToDeliver() {
    Map<String, String> bare = Map.of("budget.maxSeconds", "60", "project", "false");
    state = Jobs.accepted(bare).next();
    List.of("encode", "denoise", "tile").forEach(this::finish);
    JobState waiting = state;
    on(new JobEvent.Granted("distill", ONE));
    on(
        report(
            "distill",
            1,
            ONE,
            new WorkerReport.Released(List.of(Jobs.manifest("distill", 1, 1, 30)))));

    Decision withCheckpoint = late();
    state = waiting;
    late();

    assertInstanceOf(JobState.Active.class, withCheckpoint.next());
    assertEquals(JobFailure.Code.DEADLINE_EXCEEDED, failure().code());
  }

  @Test
  void aPauseIsNotTakenFromTheTimeOfAJob() {
    assertEquals(Optional.of(LATE), state.wakesAt());
    state = order("p1", new JobCommand.Pause(), NOON.plusSeconds(10));
    Optional<Instant> paused = state.wakesAt();
    state = order("r1", new JobCommand.Resume(), NOON.plusSeconds(1000));

    assertEquals(Optional.empty(), paused);
    assertEquals(Optional.of(NOON.plusSeconds(1050)), state.wakesAt());
    assertEquals(state, state.on(new JobEvent.TimePassed(), LATE).next());
  }

  @Test
  void aTermSurvivesItsJsonAndAListThatAnOlderWriterDidNotKnowIsEmpty() {
    var codec = JsonCodec.of(JobState.class);
    runToDistill();
    JobState until = state;
    late();
    String old =
        "{\"type\":\"finished\",\"job\":\"default/a\",\"method\":\"image-to-3d\","
            + "\"bodyHash\":\""
            + "ab".repeat(32)
            + "\",\"acceptedAt\":\"2026-11-20T12:00:00Z\","
            + "\"finishedAt\":\"2026-11-20T12:00:00Z\",\"seq\":3,"
            + "\"outcome\":{\"type\":\"succeeded\",\"files\":[]}}";

    var finished = (JobState.Finished) codec.decode(old.getBytes(UTF_8));

    assertEquals(until, codec.decode(codec.encode(until)));
    assertEquals(state, codec.decode(codec.encode(state)));
    assertEquals(List.of(), finished.answers());
  }

  private JobState order(String id, JobCommand.Order order, Instant at) {
    return state.on(new JobEvent.Ordered(new JobCommand(id, state.job(), order)), at).next();
  }

  private Decision late() {
    Decision decision = state.on(new JobEvent.TimePassed(), LATE);
    state = decision.next();
    return decision;
  }

  private Decision on(JobEvent event) {
    Decision decision = state.on(event, NOON);
    state = decision.next();
    return decision;
  }

  private void runToDistill() {
    List.of("encode", "denoise", "tile", "project").forEach(this::finish);
  }

  private void finish(String task) {
    on(new JobEvent.Granted(task, ONE));
    complete(task, 1, 200);
  }

  private Decision complete(String task, int attempt, long steps) {
    return on(report(task, attempt, ONE, Jobs.completed(task, attempt, ONE, steps)));
  }

  private AssetRecord finishMesh() {
    on(new JobEvent.Granted("mesh", ONE));
    return complete("mesh", 1, 1).effects(Effect.PublishAsset.class).getFirst().asset();
  }

  private static WorkerReport running() {
    return new WorkerReport.Running(new WorkerReport.Progress(3, 10, 1, 0, 0));
  }

  private static JobEvent.Reported report(
      String task, int attempt, WorkerId worker, WorkerReport report) {
    return new JobEvent.Reported(task, attempt, worker, report);
  }

  private JobFailure failure() {
    var finished = assertInstanceOf(JobState.Finished.class, state);
    return assertInstanceOf(JobState.Failed.class, finished.outcome()).failure();
  }

  private JobState.Active active() {
    return (JobState.Active) state;
  }

  private TaskState task(String name) {
    return active().task(name).orElseThrow();
  }
}
