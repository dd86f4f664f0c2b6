package dev.voxelmill.gpu.worker;

import static org.awaitility.Awaitility.await;

import dev.voxelmill.gpu.task.MemoryBudget;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.TaskOutput;
import dev.voxelmill.protocols.worker.WorkerId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;

/** A device whose tasks count, over an archive in memory and a clock that the test moves. */
final class DeviceBed {
  static final long STEPS = 40;
  static final long MEMORY = 1 << 30;
  static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final Duration SILENCE = Duration.ofMillis(50);

  final MemoryArchive archive = new MemoryArchive();
  final CountingTask.Script script = new CountingTask.Script(STEPS);
  final AtomicLong now = new AtomicLong();
  final AtomicLong resident = new AtomicLong();
  final StepWatchdog watchdog = new StepWatchdog(Assignments.LIMITS.stepDeadline(), now::get);
  final TestProbe<DeviceEvent> events;
  final ActorRef<Device.Command> device;

  DeviceBed(ActorTestKit kit) {
    events = kit.createTestProbe();
    device =
        kit.spawn(
            Device.create(
                new DeviceSettings(
                    new WorkerId("worker-1"),
                    Assignments.DEVICE_CLASS,
                    Map.of(),
                    Assignments.LIMITS),
                new Device.Resources(
                    () -> (input, snapshot) -> new CountingTask(script, input, snapshot),
                    archive,
                    now::get,
                    new MemoryBudget(MEMORY, resident::get),
                    watchdog)));
  }

  static Assignment everyTenSteps() {
    return Assignments.of("one", 1, Map.of("checkpoint.everySteps", "10"));
  }

  void begin(Assignment assignment) {
    device.tell(new Device.Begin(assignment, events.getRef()));
  }

  /** A second attempt that may go on from these, newest first. */
  void beginAgain(List<CheckpointManifest> newestFirst) {
    begin(Assignments.from(everyTenSteps(), 2, newestFirst));
  }

  /**
   * A first attempt that broke at step 35, and its checkpoints at 30, 20 and 10. Attempts that
   * follow do not break.
   */
  List<CheckpointManifest> brokenAttempt() {
    script.throwsAt = Optional.of(35L);
    begin(everyTenSteps());
    List<CheckpointManifest> newestFirst = threeCheckpoints();
    script.throwsAt = Optional.empty();
    return newestFirst;
  }

  /** The checkpoints of an attempt that fails after the third, newest first. */
  List<CheckpointManifest> threeCheckpoints() {
    CheckpointManifest one = fish(DeviceEvent.Checkpointed.class).manifest();
    CheckpointManifest two = fish(DeviceEvent.Checkpointed.class).manifest();
    CheckpointManifest three = fish(DeviceEvent.Checkpointed.class).manifest();
    fish(DeviceEvent.Failed.class);
    return List.of(three, two, one);
  }

  /** The next event of a kind; others before it are passed over. */
  <E extends DeviceEvent> E fish(Class<E> type) {
    while (true) {
      DeviceEvent event = events.receiveMessage(PATIENCE);
      if (type.isInstance(event)) {
        return type.cast(event);
      }
    }
  }

  /** The next event, which is of that kind. */
  void expect(Class<? extends DeviceEvent> type) {
    events.expectMessageClass(type, PATIENCE);
  }

  /** Nothing is told for a while. */
  void expectNothing() {
    events.expectNoMessage(SILENCE);
  }

  /** The hash that the attempt completes with, see {@link CountingTask#hashOf}. */
  long completedHash() {
    return hash(fish(DeviceEvent.Completed.class).output());
  }

  long hash(TaskOutput output) {
    CheckpointManifest manifest = ((TaskOutput.Tensors) output).manifest();
    byte[] payload =
        archive.read(everyTenSteps().request().job(), manifest).toCompletableFuture().join();
    return ByteBuffer.wrap(payload).getLong(Long.BYTES);
  }

  /** The archive has refused more than a few calls, all of which will be tried again. */
  void awaitRefusals() {
    await().atMost(PATIENCE).until(() -> archive.refused() > 3);
  }
}
