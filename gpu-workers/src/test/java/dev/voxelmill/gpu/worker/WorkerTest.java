package dev.voxelmill.gpu.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.voxelmill.gpu.nn.script.Precision;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.OwnerMessage;
import dev.voxelmill.protocols.worker.PlacementMessage;
import dev.voxelmill.protocols.worker.WorkerCommand;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerReport;
import dev.voxelmill.protocols.worker.WorkerStatus;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WorkerTest {
  private static final ActorTestKit KIT =
      ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.load("application-test")));
  private static final ManualTime TIME = ManualTime.get(KIT.system());
  private static final WorkerConfig CONFIG =
      new WorkerConfig(
          Duration.ofMillis(500),
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          1,
          1,
          Precision.FLOAT32,
          Assignments.LIMITS);
  private static final Assignment ASSIGNMENT = Assignments.of("one", 1);
  private static final AttemptRef ATTEMPT = AttemptRef.of(ASSIGNMENT);

  private static final JobFailure DEVICE_ERROR =
      new JobFailure(JobFailure.Code.DEVICE_ERROR, "illegal memory access", true);

  private final TestProbe<PlacementMessage> placement = KIT.createTestProbe();
  private final TestProbe<OwnerMessage> owner = KIT.createTestProbe();
  private final TestProbe<Device.Command> device = KIT.createTestProbe();
  private final TestProbe<WorkerExit> exit = KIT.createTestProbe();
  private final AtomicLong now = new AtomicLong();
  private final ResidentModels resident = new ResidentModels("toy-prior");
  private final StepWatchdog watchdog =
      new StepWatchdog(Assignments.LIMITS.stepDeadline(), now::get);
  private final AtomicReference<ActorRef<DeviceEvent>> events = new AtomicReference<>();
  private ActorRef<Worker.Command> worker;
  private ActorRef<WorkerCommand> commands;

  @BeforeEach
  void start() {
    WorkerProfile profile =
        new WorkerProfile(new WorkerId("worker-1"), 1, "here", "cpu", "cpu/test", 1, resident);
    worker =
        KIT.spawn(
            Worker.create(
                CONFIG,
                profile,
                new Worker.Surroundings(
                    new Worker.Oversight(watchdog, exit.getRef()::tell), device.getRef())));
    commands = link();
  }

  /** Links the worker to the cluster; its first heartbeat comes at once. */
  private ActorRef<WorkerCommand> link() {
    ActorRef<WorkerCommand> address =
        KIT.spawn(
            Behaviors.receiveMessage(
                command -> {
                  worker.tell(new Worker.FromOwner(command));
                  return Behaviors.same();
                }));
    worker.tell(
        new Worker.Linked(
            new Worker.Peers(
                placement.getRef(),
                (partition, message) -> {
                  assertEquals(ASSIGNMENT.partition(), partition);
                  owner.getRef().tell(message);
                }),
            address));
    assertEquals(address, heartbeat().worker());
    return address;
  }

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void aHeartbeatCarriesTheWholeStateTwiceASecond() {
    commands.tell(new WorkerCommand.Run(ASSIGNMENT));
    begun(ASSIGNMENT);

    TIME.timePasses(Duration.ofMillis(500));

    WorkerStatus status = heartbeat().status();
    assertEquals(ATTEMPT.task(), status.running().getFirst().task());
    assertEquals(ATTEMPT.attempt(), status.running().getFirst().attempt());
    assertEquals(Set.of("toy-prior"), status.residentModels());
    assertEquals(WorkerReport.Running.class, report().report().getClass());
  }

  @Test
  void aHeartbeatNamesTheModelsThatAreOnTheDeviceThen() {
    resident.accept(Set.of("zero123-xl"));
    TIME.timePasses(Duration.ofMillis(500));
    assertEquals(Set.of("toy-prior", "zero123-xl"), heartbeat().status().residentModels());

    resident.accept(Set.of());
    TIME.timePasses(Duration.ofMillis(500));
    assertEquals(Set.of("toy-prior"), heartbeat().status().residentModels());
  }

  @Test
  void anUnacknowledgedReportIsSentAgainEverySecond() {
    commands.tell(new WorkerCommand.Run(ASSIGNMENT));
    begun(ASSIGNMENT);
    events.get().tell(new DeviceEvent.Failed(ATTEMPT, Assignments.FAILURE));
    OwnerMessage.FromWorker first = report();

    TIME.timePasses(Duration.ofSeconds(1));
    OwnerMessage.FromWorker second = report();
    commands.tell(new WorkerCommand.Acknowledge(ATTEMPT.task(), 1, second.number()));
    owner.expectNoMessage(Duration.ofMillis(20));
    TIME.timePasses(Duration.ofSeconds(1));

    assertEquals(first, second);
    owner.expectNoMessage(Duration.ofMillis(20));
  }

  @Test
  void aBusyWorkerRefuses() {
    commands.tell(new WorkerCommand.Run(ASSIGNMENT));
    commands.tell(new WorkerCommand.Run(Assignments.of("two", 1)));

    assertEquals(WorkerReport.Refused.class, report().report().getClass());
  }

  @Test
  void aDrainIsAnsweredOnceTheReleaseIsAcknowledged() {
    TestProbe<Done> drained = KIT.createTestProbe();
    commands.tell(new WorkerCommand.Run(ASSIGNMENT));
    begun(ASSIGNMENT);

    worker.tell(new Worker.Drain(drained.getRef()));
    device.expectMessage(new Device.Release(ATTEMPT));
    events.get().tell(new DeviceEvent.Released(ATTEMPT, List.of()));
    long number = report().number();
    drained.expectNoMessage(Duration.ofMillis(20));
    commands.tell(new WorkerCommand.Acknowledge(ATTEMPT.task(), 1, number));

    drained.expectMessage(Done.getInstance());
  }

  @Test
  void aWorkerWithoutALinkComputesOnAndTellsTheNextOne() {
    commands.tell(new WorkerCommand.Run(ASSIGNMENT));
    begun(ASSIGNMENT);

    worker.tell(new Worker.Unlinked(commands));
    events.get().tell(new DeviceEvent.Failed(ATTEMPT, Assignments.FAILURE));
    TIME.timePasses(Duration.ofSeconds(2));
    owner.expectNoMessage(Duration.ofMillis(20));
    placement.expectNoMessage(Duration.ofMillis(20));
    ActorRef<WorkerCommand> next = link();

    OwnerMessage.FromWorker report = report();
    assertEquals(WorkerReport.Failed.class, report.report().getClass());
    assertEquals(next, report.ref());
  }

  @Test
  void theEndOfAnOldLinkDoesNotCutTheNewOne() {
    ActorRef<WorkerCommand> next = link();

    worker.tell(new Worker.Unlinked(commands));
    TIME.timePasses(Duration.ofMillis(500));

    assertEquals(next, heartbeat().worker());
  }

  @Test
  void aStepThatDoesNotEndEndsTheProcess() {
    watchdog.begins(ATTEMPT);
    now.addAndGet(Assignments.LIMITS.stepDeadline().toNanos());
    TIME.timePasses(Duration.ofMillis(500));
    exit.expectNoMessage(Duration.ofMillis(20));

    now.addAndGet(1);
    TIME.timePasses(Duration.ofMillis(500));

    exit.expectMessage(WorkerExit.STEP_HUNG);
  }

  @Test
  void aDeviceThatIsBackDoesNotHang() {
    watchdog.begins(ATTEMPT);
    watchdog.ends();
    now.addAndGet(2 * Assignments.LIMITS.stepDeadline().toNanos());

    TIME.timePasses(Duration.ofMillis(500));

    exit.expectNoMessage(Duration.ofMillis(20));
  }

  @Test
  void aQuarantinedWorkerTellsPlacementAndEndsOnceItsFailuresAreAcknowledged() {
    for (int attempt = 1; attempt <= Assignments.LIMITS.quarantineAfter(); attempt++) {
      Assignment assignment = Assignments.of("one", attempt);
      commands.tell(new WorkerCommand.Run(assignment));
      begun(assignment);
      events.get().tell(new DeviceEvent.Failed(AttemptRef.of(assignment), DEVICE_ERROR));
      report();
    }
    TIME.timePasses(Duration.ofMillis(500));
    assertTrue(heartbeat().status().quarantined());
    TIME.timePasses(Duration.ofMillis(500));
    exit.expectNoMessage(Duration.ofMillis(20));

    for (int attempt = 1; attempt <= Assignments.LIMITS.quarantineAfter(); attempt++) {
      commands.tell(new WorkerCommand.Acknowledge(ATTEMPT.task(), attempt, 1));
    }
    TIME.timePasses(Duration.ofMillis(500));

    exit.expectMessage(WorkerExit.QUARANTINED);
  }

  @Test
  void aQuarantinedWorkerDoesNotWaitForEverForAnOwner() {
    for (int attempt = 1; attempt <= Assignments.LIMITS.quarantineAfter(); attempt++) {
      Assignment assignment = Assignments.of("one", attempt);
      commands.tell(new WorkerCommand.Run(assignment));
      begun(assignment);
      events.get().tell(new DeviceEvent.Failed(AttemptRef.of(assignment), DEVICE_ERROR));
      report();
    }

    TIME.timePasses(CONFIG.drain().plus(CONFIG.heartbeat()));

    exit.expectMessage(WorkerExit.QUARANTINED);
  }

  @Test
  void theWorkerEndsWithItsDevice() {
    device.stop();

    placement.expectTerminated(worker);
  }

  /** The device is given the assignment, and told where its events go. */
  private void begun(Assignment assignment) {
    Device.Begin begin = device.expectMessageClass(Device.Begin.class);
    assertEquals(assignment, begin.assignment());
    events.set(begin.replyTo());
  }

  private PlacementMessage.Heartbeat heartbeat() {
    return placement.expectMessageClass(PlacementMessage.Heartbeat.class);
  }

  private OwnerMessage.FromWorker report() {
    return owner.expectMessageClass(OwnerMessage.FromWorker.class);
  }
}
