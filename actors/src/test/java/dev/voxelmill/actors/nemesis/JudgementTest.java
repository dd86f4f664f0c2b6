package dev.voxelmill.actors.nemesis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.actors.history.Finding;
import dev.voxelmill.actors.history.HistoryReport;
import dev.voxelmill.actors.history.Observation;
import dev.voxelmill.actors.history.Promise;
import dev.voxelmill.protocols.geometry.ViewCamera;
import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.CommandOutcome;
import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.job.Sha256;
import dev.voxelmill.protocols.lifecycle.JobEvent;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.plan.Methods;
import dev.voxelmill.protocols.plan.ParameterCheck;
import dev.voxelmill.protocols.plan.Plans;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.worker.WorkerId;
import java.time.Duration;
import java.time.Instant;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A verdict that cannot be bad says nothing: each way to be bad is tried. */
class JudgementTest {
  private static final HistoryReport KEPT =
      new HistoryReport(Map.of(Promise.ONE_END, 2L), List.of(), List.of());
  private static final PlannedJob GOOD = job("good");
  private static final PlannedJob DOOMED = job("doomed").rehearsing(FaultKind.NAN, "nan@1*always");
  private static final PlannedJob DEADLY = job("deadly").rehearsing(FaultKind.CRASH, "crash@2*2");
  private static final WorkerId VICTIM = new WorkerId("worker-18-a");
  private static final Fault.OfProcess KILL = new Fault.Kill(Role.WORKER, 1);
  private static final Fault.OfProcess LEAVE = new Fault.Leave(2);
  private static final Fault.OfClient POISON = new Fault.Poison(PoisonKind.NOISE, 1);
  private static final Fault.OfClient CANCEL =
      new Fault.Order("cancel-1", GOOD.id(), new JobCommand.Cancel());

  private final IdentityHashMap<Fault, Proof> proofs = new IdentityHashMap<>();
  private final Receipts receipts = new Receipts();
  private final Exits exits = new Exits();
  private final Evidence evidence = new Evidence();

  @BeforeEach
  void everythingAsPlanned() {
    proofs.put(KILL, Proof.of("exit code 137"));
    exits.expect(17);
    exits.ended("worker-1", 17, 137);
    receipts.acknowledged(POISON, "requests/0/1");
    evidence.accept(new Observation.Sent("requests/0/1"));
    evidence.accept(new Observation.Buried("requests/0/1"));
    tell(GOOD, new EventRecord.Answered("cancel-1", "cancel", CommandOutcome.CANCELLED));
    tell(GOOD, new EventRecord.Cancelled("cancel-1"));
    tell(DOOMED, failed(JobFailure.Code.NOT_FINITE));
    proofs.put(LEAVE, Proof.of("exit code 0"));
    exits.ended("worker-3", 19, 137);
    tell(DEADLY, new EventRecord.Succeeded(List.of(), List.of()));
  }

  @Test
  void whatWentAsPlannedIsKept() {
    Verdict verdict = verdict(KEPT);

    assertTrue(verdict.isKept(), () -> VerdictText.plain(verdict));
    assertEquals(
        Map.of("cancelled", 1L, "failed with NOT_FINITE", 1L, "succeeded", 1L), verdict.outcomes());
  }

  @Test
  void aWorkerToldToLeaveThatItsTaskEndsIsNamedSo() {
    proofs.put(LEAVE, Proof.ended(new Exits.Exit("worker-2", 18, 137)));
    grant(DEADLY, VICTIM);

    Verdict verdict = verdict(KEPT);

    assertTrue(verdict.isKept(), () -> VerdictText.plain(verdict));
    assertTrue(VerdictText.plain(verdict).contains("exit code 137, by the script of its task"));
  }

  @Test
  void aWorkerToldToLeaveThatEndsOtherwiseIsSeen() {
    proofs.put(LEAVE, Proof.ended(new Exits.Exit("worker-2", 18, 137)));
    grant(GOOD, VICTIM);

    assertBroken("NOT FIRED: worker-2 (pid 18) ended with exit code 137");
  }

  @Test
  void aTaskThatWasCompletedExplainsNoExit() {
    proofs.put(LEAVE, Proof.ended(new Exits.Exit("worker-2", 18, 137)));
    grant(DEADLY, VICTIM);
    tell(DEADLY, new EventRecord.StageCompleted("synthetic", 1, VICTIM.name(), 1));

    assertBroken("NOT FIRED: worker-2 (pid 18) ended with exit code 137");
  }

  @Test
  void aScriptExplainsItsOwnExitCodeOnly() {
    proofs.put(LEAVE, Proof.ended(new Exits.Exit("worker-2", 18, 143)));
    grant(DEADLY, VICTIM);

    assertBroken("NOT FIRED: worker-2 (pid 18) ended with exit code 143");
  }

  @Test
  void aWorkerThatHadToBeKilledIsSeenWhateverItRan() {
    proofs.put(LEAVE, Proof.none("worker-2 did not end in time and was killed"));
    grant(DEADLY, VICTIM);

    assertBroken("NOT FIRED: worker-2 did not end in time and was killed");
  }

  @Test
  void aFaultThatDidNotFireIsSeen() {
    proofs.put(KILL, Proof.none("worker-1 was not there"));

    assertBroken("NOT FIRED: worker-1 was not there");
  }

  @Test
  void aFaultThatWasNeverTriedIsSeen() {
    proofs.clear();

    assertBroken("NOT FIRED: never tried");
  }

  @Test
  void poisonThatIsBuriedTwiceIsSeen() {
    evidence.accept(new Observation.Buried("requests/0/1"));

    assertBroken("is not buried once");
  }

  @Test
  void aProcessThatEndsByItselfIsSeen() {
    exits.ended("supervisor-1", 20, 1);

    assertBroken("supervisor-1 (pid 20) ended with exit code 1");
  }

  @Test
  void aRecordThatWasAcknowledgedAndIsGoneIsSeen() {
    receipts.acknowledged(GOOD, "requests/0/2");

    assertBroken("requests/0/2 was acknowledged and is gone");
  }

  @Test
  void aJobThatFailsWithoutReasonIsSeen() {
    tell(GOOD, failed(JobFailure.Code.INTERNAL));

    assertBroken("INTERNAL");
  }

  @Test
  void aJobThatSucceedsAgainstItsScriptIsSeen() {
    tell(DOOMED, new EventRecord.Succeeded(List.of(), List.of()));

    assertBroken("Succeeded");
  }

  @Test
  void aBrokenPromiseIsSeen() {
    Finding lost = new Finding(Promise.ONE_END, "default/good", "has not ended", true);

    Verdict verdict = verdict(new HistoryReport(Map.of(), List.of(lost), List.of()).closed());

    assertFalse(verdict.isKept());
    assertTrue(VerdictText.plain(verdict).contains("default/good: has not ended"));
    assertTrue(VerdictText.markdown(verdict, "again").startsWith("`again`: BROKEN"));
  }

  private void assertBroken(String words) {
    Verdict verdict = verdict(KEPT);
    assertFalse(verdict.isKept());
    assertTrue(VerdictText.plain(verdict).contains(words), () -> VerdictText.plain(verdict));
  }

  private Verdict verdict(HistoryReport history) {
    Schedule schedule =
        new Schedule(
            1,
            Duration.ofMinutes(1),
            1,
            1,
            List.of(at(GOOD), at(DOOMED), at(DEADLY)),
            List.of(at(KILL), at(LEAVE)),
            List.of(at(POISON), at(CANCEL)));
    return new Judgement(schedule, proofs, receipts, exits, evidence).verdict(history, 1);
  }

  private static <T> Timed<T> at(T what) {
    return new Timed<>(Duration.ZERO, what);
  }

  private void tell(PlannedJob job, EventRecord.Event event) {
    evidence.accept(new Observation.Published(new EventRecord(job.id(), 1, Instant.EPOCH, event)));
  }

  /** A stored state in which the worker holds the job's task. */
  private void grant(PlannedJob job, WorkerId worker) {
    JobRequest request =
        new JobRequest(
            job.id(),
            job.method(),
            new JobRequest.ImageRef(
                "image/png", 32, 32, new BlobRef("a".repeat(64), 5, 0, List.of())),
            ViewCamera.DEFAULT,
            0,
            ((ParameterCheck.Accepted) Methods.SYNTHETIC.check(Map.of())).parameters(),
            List.of(),
            JobRequest.DEFAULT_PRIORITY);
    JobState accepted =
        JobState.accepted(request, new Sha256(0, 0, 0, 1), Plans.of(request), Instant.EPOCH).next();
    JobEvent granted = new JobEvent.Granted("synthetic", worker);
    evidence.accept(new Observation.Stored(accepted.on(granted, Instant.EPOCH).next()));
  }

  private static EventRecord.Event failed(JobFailure.Code code) {
    return new EventRecord.Failed(new JobFailure(code, "for a test", false));
  }

  private static PlannedJob job(String id) {
    return new PlannedJob(
        new JobId("default", id), "synthetic", 0, 5, new TreeMap<>(), Optional.empty());
  }
}
