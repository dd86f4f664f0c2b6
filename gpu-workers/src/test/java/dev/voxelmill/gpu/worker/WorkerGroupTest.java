package dev.voxelmill.gpu.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.voxelmill.protocols.worker.WorkerId;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Two slots over one device. */
class WorkerGroupTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration SILENCE = Duration.ofMillis(50);
  private static final ActorTestKit KIT = ActorTestKit.create();

  private final TestProbe<Device.Command> device = KIT.createTestProbe();
  private final TestProbe<Worker.Command> first = KIT.createTestProbe();
  private final TestProbe<Worker.Command> second = KIT.createTestProbe();
  private final ActorRef<WorkerGroup.Command> group =
      KIT.spawn(
          WorkerGroup.create(
              context -> device.getRef(), shared -> List.of(forward(first), forward(second))));

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void aSlotHearsWhatIsMeantForItAlone() {
    Worker.Command unlinked = new Worker.Unlinked(KIT.system().ignoreRef());

    group.tell(new WorkerGroup.ToSlot(1, unlinked));

    assertEquals(unlinked, second.receiveMessage(PATIENCE));
    first.expectNoMessage(SILENCE);
  }

  @Test
  void aDrainIsAnsweredOnceEverySlotIsDoneWithIt() {
    TestProbe<Done> asker = KIT.createTestProbe();
    TestProbe<Done> lateAsker = KIT.createTestProbe();

    group.tell(new WorkerGroup.Drain(asker.getRef()));
    first.expectMessageClass(Worker.Drain.class, PATIENCE).replyTo().tell(Done.getInstance());
    asker.expectNoMessage(SILENCE);
    second.expectMessageClass(Worker.Drain.class, PATIENCE).replyTo().tell(Done.getInstance());
    asker.receiveMessage(PATIENCE);
    group.tell(new WorkerGroup.Drain(lateAsker.getRef()));

    assertEquals(Done.getInstance(), lateAsker.receiveMessage(PATIENCE));
  }

  @Test
  void theGroupEndsWithItsDevice() {
    device.stop();

    first.expectTerminated(group, PATIENCE);
  }

  @Test
  void theClusterKnowsEverySlotByANameOfItsOwn() {
    WorkerProfile profile =
        new WorkerProfile(
            new WorkerId("worker-7"), 7, "here", "cpu", "cpu/test", 100, TreeSet::new);

    assertEquals(List.of(profile), profile.slots(1));
    assertEquals(
        List.of(new WorkerId("worker-7-1"), new WorkerId("worker-7-2")),
        profile.slots(2).stream().map(WorkerProfile::id).toList());
    assertEquals(50, profile.slots(2).getFirst().memoryBytes());
  }

  private static Behavior<Worker.Command> forward(TestProbe<Worker.Command> probe) {
    return Behaviors.receiveMessage(
        command -> {
          probe.getRef().tell(command);
          return Behaviors.same();
        });
  }
}
