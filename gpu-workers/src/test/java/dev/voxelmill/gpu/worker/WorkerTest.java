package dev.voxelmill.gpu.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.OwnerMessage;
import dev.voxelmill.protocols.worker.PlacementMessage;
import dev.voxelmill.protocols.worker.WorkerCommand;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerReport;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
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
  private static final ActorTestKit KIT = ActorTestKit.create(ManualTime.config());
  private static final ManualTime TIME = ManualTime.get(KIT.system());
  private static final WorkerConfig CONFIG =
      new WorkerConfig(
          Duration.ofMillis(500),
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          Duration.ofSeconds(2),
          1);
  private static final Assignment ASSIGNMENT = Assignments.of("one", 1);
  private static final AttemptRef ATTEMPT = AttemptRef.of(ASSIGNMENT);

  private final TestProbe<PlacementMessage> placement = KIT.createTestProbe();
  private final TestProbe<OwnerMessage> owner = KIT.createTestProbe();
  private final TestProbe<Device.Command> device = KIT.createTestProbe();
  private final AtomicReference<ActorRef<DeviceEvent>> events = new AtomicReference<>();
  private ActorRef<Worker.Command> worker;
  private ActorRef<WorkerCommand> commands;

  @BeforeEach
  void start() {
    WorkerProfile profile =
        new WorkerProfile(
            new WorkerId("worker-1"), 1, "here", "cpu", "cpu/test", 1, new TreeSet<>());
    worker =
        KIT.spawn(
            Worker.create(
                CONFIG,
                profile,
                (context, sink) -> {
                  events.set(sink);
                  return device.getRef();
                }));
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
    device.expectMessage(new Device.Begin(ASSIGNMENT));

    TIME.timePasses(Duration.ofMillis(500));

    assertEquals(ATTEMPT.task(), heartbeat().status().running().getFirst().task());
    assertEquals(WorkerReport.Running.class, report().report().getClass());
  }

  @Test
  void anUnacknowledgedReportIsSentAgainEverySecond() {
    commands.tell(new WorkerCommand.Run(ASSIGNMENT));
    device.expectMessage(new Device.Begin(ASSIGNMENT));
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
    device.expectMessage(new Device.Begin(ASSIGNMENT));

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
    device.expectMessage(new Device.Begin(ASSIGNMENT));

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
  void theWorkerEndsWithItsDevice() {
    device.stop();

    placement.expectTerminated(worker);
  }

  private PlacementMessage.Heartbeat heartbeat() {
    return placement.expectMessageClass(PlacementMessage.Heartbeat.class);
  }

  private OwnerMessage.FromWorker report() {
    return owner.expectMessageClass(OwnerMessage.FromWorker.class);
  }
}
