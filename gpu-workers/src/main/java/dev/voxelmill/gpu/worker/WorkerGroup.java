package dev.voxelmill.gpu.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * The root of a worker process: one device, and the slots that share it. Each slot is a {@link
 * Worker} of its own to the cluster, with one task at a time, its own leases, reports and drain; a
 * strict process has one.
 *
 * <p>It watches the device and every slot, and ends with the first of them that ends: what is left
 * cannot be trusted, a new process can.
 */
final class WorkerGroup extends AbstractBehavior<WorkerGroup.Command> {
  /** Everything that reaches the group. */
  sealed interface Command {}

  /** For one slot, counted from 0. */
  record ToSlot(int slot, Worker.Command command) implements Command {}

  /** Take no more work, give back what runs, and answer once every slot is done with it. */
  record Drain(ActorRef<Done> replyTo) implements Command {}

  private enum SlotDrained implements Command {
    ONE
  }

  private final List<ActorRef<Worker.Command>> slots = new ArrayList<>();
  private final List<ActorRef<Done>> leaving = new ArrayList<>();
  private int drained;

  private WorkerGroup(
      ActorContext<Command> context,
      Function<ActorContext<?>, ActorRef<Device.Command>> spawnDevice,
      Function<ActorRef<Device.Command>, List<Behavior<Worker.Command>>> workers) {
    super(context);
    ActorRef<Device.Command> device = spawnDevice.apply(context);
    context.watch(device);
    for (Behavior<Worker.Command> worker : workers.apply(device)) {
      ActorRef<Worker.Command> slot = context.spawn(worker, "slot-" + slots.size());
      context.watch(slot);
      slots.add(slot);
    }
  }

  /**
   * A group.
   *
   * @param spawnDevice spawns the device below the group
   * @param workers the slots over that device, at least one
   */
  static Behavior<Command> create(
      Function<ActorContext<?>, ActorRef<Device.Command>> spawnDevice,
      Function<ActorRef<Device.Command>, List<Behavior<Worker.Command>>> workers) {
    return Behaviors.setup(context -> new WorkerGroup(context, spawnDevice, workers));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onAnyMessage(this::onCommand).build();
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case ToSlot message -> slots.get(message.slot()).tell(message.command());
      case Drain drain -> onDrain(drain);
      case SlotDrained one -> onSlotDrained();
    }
    return this;
  }

  private void onDrain(Drain drain) {
    leaving.add(drain.replyTo());
    if (leaving.size() == 1) {
      ActorRef<Done> each = getContext().messageAdapter(Done.class, done -> SlotDrained.ONE);
      slots.forEach(slot -> slot.tell(new Worker.Drain(each)));
    } else if (drained == slots.size()) {
      drain.replyTo().tell(Done.getInstance());
    }
  }

  private void onSlotDrained() {
    drained++;
    if (drained == slots.size()) {
      leaving.forEach(waiting -> waiting.tell(Done.getInstance()));
    }
  }
}
