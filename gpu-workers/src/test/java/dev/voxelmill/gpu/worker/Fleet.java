package dev.voxelmill.gpu.worker;

import ai.djl.ndarray.NDManager;
import com.typesafe.config.ConfigFactory;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.nn.script.Precision;
import dev.voxelmill.gpu.task.MemoryBudget;
import dev.voxelmill.gpu.task.StepTasks;
import dev.voxelmill.gpu.task.TinyJob;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.worker.OwnerMessage;
import dev.voxelmill.protocols.worker.OwnerMessage.FromWorker;
import dev.voxelmill.protocols.worker.WorkerCommand;
import dev.voxelmill.protocols.worker.WorkerId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Workers with real devices and a real model in this JVM, each on a device thread of its own. */
final class Fleet implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final WorkerConfig CONFIG =
      new WorkerConfig(
          Duration.ofMillis(100),
          Duration.ofMillis(200),
          Duration.ofSeconds(10),
          1,
          1,
          Precision.FLOAT32,
          Assignments.LIMITS);

  private final ActorTestKit kit;
  private final Archive archive;
  private final AtomicInteger born = new AtomicInteger();
  private final BlockingQueue<Hand> idle = new LinkedBlockingQueue<>();
  private final Map<JobId, BlockingQueue<FromWorker>> inboxes = new ConcurrentHashMap<>();

  /** What each worker holds on its device: a process that is killed would let go of it. */
  private final Map<WorkerId, NDManager> scopes = new ConcurrentHashMap<>();

  /**
   * One worker.
   *
   * @param slot whose device thread it has
   */
  record Hand(
      int slot,
      WorkerId id,
      ActorRef<WorkerGroup.Command> group,
      ActorRef<WorkerCommand> address) {}

  Fleet(int workers, Archive archive) {
    this.archive = archive;
    StringBuilder dispatchers = new StringBuilder();
    for (int slot = 0; slot < workers; slot++) {
      dispatchers.append(
          "device-%d { type = Dispatcher, executor = %s, throughput = 1 }%n"
              .formatted(slot, DeviceDispatcher.class.getName()));
    }
    kit =
        ActorTestKit.create(
            "fleet",
            ConfigFactory.parseString(dispatchers.toString()).withFallback(ConfigFactory.load()));
    for (int slot = 0; slot < workers; slot++) {
      idle.add(start(slot));
    }
  }

  /** A worker that runs nothing. */
  Hand take() throws InterruptedException {
    return present(idle.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS), "an idle worker");
  }

  /** The worker runs nothing any more. */
  void giveBack(Hand hand) {
    idle.add(hand);
  }

  /** Ends the worker wherever it is, and starts another one that knows nothing of it. */
  void kill(Hand hand) {
    kit.stop(hand.group(), PATIENCE);
    scopes.remove(hand.id()).close();
    idle.add(start(hand.slot()));
  }

  /** The next report about a job. */
  FromWorker report(JobId job) throws InterruptedException {
    return present(
        inbox(job).poll(PATIENCE.toSeconds(), TimeUnit.SECONDS), "a report about " + job);
  }

  /** Drops what is still said about a job. */
  void forget(JobId job) {
    inboxes.remove(job);
  }

  @Override
  public void close() {
    kit.shutdownTestKit();
    scopes.values().forEach(NDManager::close);
  }

  private BlockingQueue<FromWorker> inbox(JobId job) {
    return inboxes.computeIfAbsent(job, name -> new LinkedBlockingQueue<>());
  }

  private Hand start(int slot) {
    WorkerId id = new WorkerId("worker-" + slot + "-" + born.incrementAndGet());
    StepWatchdog watchdog = new StepWatchdog(PATIENCE, System::nanoTime);
    Device.Resources resources =
        new Device.Resources(
            () ->
                new StepTasks(
                    TinyJob.context(
                        scopes.computeIfAbsent(
                            id, worker -> Torch.start(TorchOptions.cpu()).newScope()))),
            archive,
            System::nanoTime,
            MemoryBudget.NONE,
            watchdog);
    DeviceSettings settings =
        new DeviceSettings(id, Assignments.DEVICE_CLASS, Map.of(), Assignments.LIMITS);
    WorkerProfile profile =
        new WorkerProfile(id, 1, "here", "cpu", Assignments.DEVICE_CLASS, 1, TreeSet::new);
    ActorRef<WorkerGroup.Command> group =
        kit.spawn(
            WorkerGroup.create(
                context ->
                    context.spawn(
                        Device.create(settings, resources),
                        "device",
                        DispatcherSelector.fromConfig("device-" + slot)),
                device ->
                    List.of(
                        Worker.create(
                            CONFIG,
                            profile,
                            new Worker.Surroundings(
                                new Worker.Oversight(watchdog, exit -> {}), device)))));
    ActorRef<WorkerCommand> address =
        kit.spawn(
            Behaviors.receiveMessage(
                command -> {
                  group.tell(new WorkerGroup.ToSlot(0, new Worker.FromOwner(command)));
                  return Behaviors.same();
                }));
    group.tell(
        new WorkerGroup.ToSlot(
            0,
            new Worker.Linked(
                new Worker.Peers(
                    kit.system().ignoreRef(), (partition, message) -> deliver(message)),
                address)));
    return new Hand(slot, id, group, address);
  }

  private void deliver(OwnerMessage message) {
    if (message instanceof FromWorker report) {
      inbox(report.task().job()).add(report);
    }
  }

  private static <T> T present(T value, String what) {
    if (value == null) {
      throw new AssertionError(what + ": none within " + PATIENCE);
    }
    return value;
  }
}
