package dev.voxelmill.gpu.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.worker.Assignment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How two attempts share a device. */
class DeviceJointTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final List<String> JOINED = List.of("joint-steps");
  private static final Assignment TWO = Assignments.of("two", 1);

  private final DeviceBed bed = new DeviceBed(KIT);
  private final CountDownLatch bothAsked = new CountDownLatch(1);

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @BeforeEach
  void stepTogether() {
    bed.script.joint = true;
    bed.script.beforeStep = this::awaitBoth;
  }

  @Test
  void stepsOfOneCompanyAreOneCallAndEachEndsTheSame() {
    List<DeviceEvent.Completed> completed = runBoth(Assignments.of("one", 1));

    for (DeviceEvent.Completed one : completed) {
      assertEquals(CountingTask.hashOf(DeviceBed.STEPS), bed.hash(one.output()));
      assertEquals(JOINED, one.cost().marks());
    }
    assertFalse(bed.script.jointCalls.isEmpty());
    assertEquals(Set.of(2), Set.copyOf(bed.script.jointCalls));
    assertEquals(0, bed.script.open.get());
  }

  @Test
  void tasksThatCannotShareStepsTakeTurns() {
    bed.script.joint = false;

    List<DeviceEvent.Completed> completed = runBoth(Assignments.of("one", 1));

    for (DeviceEvent.Completed one : completed) {
      assertEquals(CountingTask.hashOf(DeviceBed.STEPS), bed.hash(one.output()));
      assertEquals(List.of(), one.cost().marks());
    }
    assertEquals(List.of(), bed.script.jointCalls);
  }

  @Test
  void aJointCallThatFailsIsDoneByEachAlone() {
    bed.script.jointCallsThrow = true;

    List<DeviceEvent.Completed> completed = runBoth(Assignments.of("one", 1));

    for (DeviceEvent.Completed one : completed) {
      assertEquals(CountingTask.hashOf(DeviceBed.STEPS), bed.hash(one.output()));
      assertEquals(List.of(), one.cost().marks());
    }
    assertFalse(bed.script.jointCalls.isEmpty());
  }

  @Test
  void aHaltedAttemptLeavesTheOtherAlone() {
    bed.script.beforeStep =
        () -> {
          awaitBoth();
          if (bed.script.jointCalls.size() == 5) {
            bed.device.tell(new Device.Halt(AttemptRef.of(TWO)));
          }
        };
    beginBoth(Assignments.of("one", 1));

    assertEquals(AttemptRef.of(TWO), bed.fish(DeviceEvent.Halted.class).attempt());
    DeviceEvent.Completed completed = bed.fish(DeviceEvent.Completed.class);

    assertEquals("one", completed.attempt().task().job().id());
    assertEquals(CountingTask.hashOf(DeviceBed.STEPS), bed.hash(completed.output()));
  }

  @Test
  void theTroubleOfOneRollsBackNobodyElse() {
    bed.script.failsAt = Optional.of(25L);
    bed.script.onFailure = () -> bed.script.failsAt = Optional.empty();

    List<List<String>> marks =
        runBoth(DeviceBed.everyTenSteps()).stream().map(one -> one.cost().marks()).toList();

    assertEquals(2, marks.size());
    assertTrue(marks.contains(JOINED), marks.toString());
    assertTrue(marks.contains(List.of("smaller-steps", "joint-steps")), marks.toString());
  }

  @Test
  void whatWasComputedJointlyStaysMarkedInTheNextAttempt() {
    beginBoth(DeviceBed.everyTenSteps());
    CheckpointManifest checkpoint = bed.fish(DeviceEvent.Checkpointed.class).manifest();
    bed.fish(DeviceEvent.Completed.class);
    bed.fish(DeviceEvent.Completed.class);
    bed.script.jointCalls.clear();

    bed.beginAgain(List.of(checkpoint));

    assertEquals(JOINED, checkpoint.marks());
    assertEquals(JOINED, bed.fish(DeviceEvent.Completed.class).cost().marks());
    assertEquals(List.of(), bed.script.jointCalls);
  }

  private List<DeviceEvent.Completed> runBoth(Assignment one) {
    beginBoth(one);
    List<DeviceEvent.Completed> completed = new ArrayList<>();
    completed.add(bed.fish(DeviceEvent.Completed.class));
    completed.add(bed.fish(DeviceEvent.Completed.class));
    return completed;
  }

  /** The first step of the first waits until the second is asked for. */
  private void beginBoth(Assignment one) {
    bed.begin(one);
    bed.begin(TWO);
    bothAsked.countDown();
  }

  private void awaitBoth() {
    try {
      assertTrue(bothAsked.await(DeviceBed.PATIENCE.toSeconds(), TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
