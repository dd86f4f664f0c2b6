package dev.voxelmill.gpu.worker;

import static dev.voxelmill.gpu.worker.Commands.acknowledge;
import static dev.voxelmill.gpu.worker.Commands.finish;
import static dev.voxelmill.gpu.worker.Commands.release;
import static dev.voxelmill.gpu.worker.Commands.run;
import static dev.voxelmill.gpu.worker.Commands.stop;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.gpu.worker.WorkerEffect.Begin;
import dev.voxelmill.gpu.worker.WorkerEffect.Halt;
import dev.voxelmill.gpu.worker.WorkerEffect.Leave;
import dev.voxelmill.gpu.worker.WorkerEffect.Release;
import dev.voxelmill.gpu.worker.WorkerEffect.Tell;
import dev.voxelmill.gpu.worker.WorkerState.Decision;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.WorkerReport;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a worker does about commands and about what its device tells. */
class WorkerStateTest {
  private static final Assignment FIRST = Assignments.of("one", 1);
  private static final Assignment OTHER = Assignments.of("two", 1);
  private static final JobFailure FAILURE = Assignments.FAILURE;

  @Test
  void anIdleWorkerBeginsWhatItIsGiven() {
    Decision decision = WorkerState.idle(3).on(run(FIRST));

    assertEquals(List.of(new Begin(FIRST)), decision.effects());
    assertEquals(FIRST, decision.next().active().orElseThrow().assignment());
  }

  @Test
  void aRedeliveredRunIsIgnored() {
    WorkerState running = running(FIRST);

    Decision decision = running.on(run(FIRST));

    assertEquals(List.of(), decision.effects());
    assertEquals(running, decision.next());
  }

  @Test
  void aBusyWorkerRefusesAnotherTask() {
    Decision decision = running(FIRST).on(run(OTHER));

    Tell refusal = (Tell) decision.effects().getFirst();
    assertEquals(AttemptRef.of(OTHER), refusal.attempt());
    assertEquals(new WorkerReport.Refused("busy with default/one/distill#1"), refusal.report());
  }

  @Test
  void aNewerAttemptOfTheRunningTaskHaltsTheOlder() {
    Assignment second = Assignments.of("one", 2);

    Decision decision = running(FIRST).on(run(second));

    assertEquals(new Halt(AttemptRef.of(FIRST)), decision.effects().getFirst());
    assertTrue(((Tell) decision.effects().getLast()).report() instanceof WorkerReport.Refused);
  }

  @Test
  void aReportIsSentAgainUntilItIsAcknowledged() {
    WorkerState told = running(FIRST).on(new DeviceEvent.Started(AttemptRef.of(FIRST))).next();

    WorkerState acknowledged = told.on(acknowledge(FIRST, 1)).next();

    assertEquals(1, told.resend().size());
    assertEquals(1, told.resend().getFirst().number());
    assertEquals(List.of(), acknowledged.resend());
  }

  @Test
  void anAcknowledgementOfAnotherReportDropsNothing() {
    WorkerState told = running(FIRST).on(new DeviceEvent.Started(AttemptRef.of(FIRST))).next();

    assertEquals(1, told.on(acknowledge(FIRST, 2)).next().resend().size());
    assertEquals(1, told.on(acknowledge(OTHER, 1)).next().resend().size());
  }

  @Test
  void ofSeveralCheckpointsOnlyTheNewestWaits() {
    WorkerState state = running(FIRST);
    for (int number = 1; number <= 3; number++) {
      state =
          state
              .on(
                  new DeviceEvent.Checkpointed(
                      AttemptRef.of(FIRST), Assignments.manifest(FIRST, number)))
              .next();
    }

    assertEquals(1, state.resend().size());
    assertEquals(3, state.resend().getFirst().number());
  }

  @Test
  void theDeviceHearsWhenTheOwnerKnowsACheckpoint() {
    var manifest = Assignments.manifest(FIRST, 1);
    WorkerState told =
        running(FIRST).on(new DeviceEvent.Checkpointed(AttemptRef.of(FIRST), manifest)).next();

    assertEquals(
        List.of(new WorkerEffect.Confirm(AttemptRef.of(FIRST), manifest)),
        told.on(acknowledge(FIRST, 1)).effects());
  }

  @Test
  void anEndedAttemptFreesTheDeviceAndCannotStartAgain() {
    WorkerState ended =
        running(FIRST).on(new DeviceEvent.Failed(AttemptRef.of(FIRST), FAILURE)).next();

    assertTrue(ended.active().isEmpty());
    assertEquals(List.of(), ended.on(run(FIRST)).effects());
    assertEquals(List.of(new Begin(OTHER)), ended.on(run(OTHER)).effects());
  }

  @Test
  void aStopHaltsTheAttemptAndForgetsItsReports() {
    WorkerState told = running(FIRST).on(new DeviceEvent.Started(AttemptRef.of(FIRST))).next();

    Decision decision = told.on(stop(FIRST));

    assertEquals(List.of(new Halt(AttemptRef.of(FIRST))), decision.effects());
    assertEquals(List.of(), decision.next().resend());
    assertTrue(decision.next().running().isEmpty());
  }

  @Test
  void aHaltingAttemptReportsNothingMore() {
    WorkerState halting = running(FIRST).on(stop(FIRST)).next();

    Decision decision = halting.on(new DeviceEvent.Failed(AttemptRef.of(FIRST), FAILURE));

    assertEquals(List.of(), decision.effects());
    assertTrue(decision.next().active().isEmpty());
  }

  @Test
  void anIdleWorkerLeavesAtOnce() {
    assertEquals(List.of(new Leave()), WorkerState.idle(3).drain().effects());
  }

  @Test
  void aDrainingWorkerLeavesOnceItsReleaseIsAcknowledged() {
    Decision drained = running(FIRST).drain();
    Decision released =
        drained.next().on(new DeviceEvent.Released(AttemptRef.of(FIRST), List.of()));
    Decision acknowledged = released.next().on(acknowledge(FIRST, 1));

    assertEquals(List.of(new Release(AttemptRef.of(FIRST))), drained.effects());
    assertFalse(released.effects().contains(new Leave()));
    assertEquals(List.of(new Leave()), acknowledged.effects());
  }

  @Test
  void aDrainingWorkerTakesNothingMore() {
    Decision decision = WorkerState.idle(3).drain().next().on(run(FIRST));

    assertEquals(
        new WorkerReport.Refused("draining"), ((Tell) decision.effects().getFirst()).report());
  }

  @Test
  void aReleaseGivesTheRunningAttemptBackAndTheWorkerTakesAnother() {
    Decision asked = running(FIRST).on(release(FIRST));
    Decision again = asked.next().on(release(FIRST));
    WorkerState released =
        again.next().on(new DeviceEvent.Released(AttemptRef.of(FIRST), List.of())).next();

    assertEquals(List.of(new Release(AttemptRef.of(FIRST))), asked.effects());
    assertEquals(List.of(), again.effects());
    assertEquals(List.of(new Begin(OTHER)), released.on(run(OTHER)).effects());
  }

  @Test
  void aReleaseOfAnotherAttemptIsIgnored() {
    WorkerState running = running(FIRST);

    assertEquals(new Decision(running, List.of()), running.on(release(OTHER)));
    assertEquals(
        new Decision(WorkerState.idle(3), List.of()), WorkerState.idle(3).on(release(FIRST)));
  }

  @Test
  void onlyTheRunningAttemptIsToldToFinish() {
    WorkerState running = running(FIRST);

    assertEquals(
        List.of(new WorkerEffect.Finish(AttemptRef.of(FIRST))),
        running.on(finish(FIRST)).effects());
    assertEquals(List.of(), running.on(finish(OTHER)).effects());
    assertEquals(List.of(), running.on(release(FIRST)).next().on(finish(FIRST)).effects());
  }

  @Test
  void aRejectedCheckpointIsReportedUntilItIsAcknowledged() {
    var manifest = Assignments.manifest(Assignments.of("one", 1), 4);
    WorkerState told =
        running(FIRST)
            .on(
                new DeviceEvent.CheckpointRejected(
                    AttemptRef.of(FIRST), manifest, "crc32c: 1 (expected: 2)"))
            .next();

    assertEquals(
        new WorkerReport.CheckpointRejected(1, 4, "crc32c: 1 (expected: 2)"),
        told.resend().getFirst().report());
    assertEquals(List.of(), told.on(acknowledge(FIRST, 1)).next().resend());
  }

  @Test
  void aDeviceThatFailsAgainAndAgainTakesNothingMore() {
    WorkerState state = WorkerState.idle(3);
    for (int attempt = 1; attempt <= 3; attempt++) {
      assertFalse(state.health().isQuarantined());
      state = failOnce(state, attempt);
    }

    assertTrue(state.health().isQuarantined());
    Tell refusal = (Tell) state.on(run(OTHER)).effects().getFirst();
    assertTrue(((WorkerReport.Refused) refusal.report()).reason().startsWith("quarantined"));
  }

  @Test
  void aCheckpointProvesThatTheDeviceIsSound() {
    WorkerState twice = failOnce(failOnce(WorkerState.idle(3), 1), 2);
    Assignment third = Assignments.of("one", 3);

    WorkerState saved =
        twice
            .on(run(third))
            .next()
            .on(new DeviceEvent.Checkpointed(AttemptRef.of(third), Assignments.manifest(third, 1)))
            .next();

    assertFalse(saved.on(deviceError(third)).next().health().isQuarantined());
  }

  private static WorkerState failOnce(WorkerState state, int attempt) {
    Assignment assignment = Assignments.of("one", attempt);
    return state.on(run(assignment)).next().on(deviceError(assignment)).next();
  }

  private static DeviceEvent deviceError(Assignment assignment) {
    return new DeviceEvent.Failed(
        AttemptRef.of(assignment),
        new JobFailure(JobFailure.Code.DEVICE_ERROR, "illegal memory access", true));
  }

  private static WorkerState running(Assignment assignment) {
    return WorkerState.idle(3).on(run(assignment)).next();
  }
}
