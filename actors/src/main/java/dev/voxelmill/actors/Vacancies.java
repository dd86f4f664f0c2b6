package dev.voxelmill.actors;

import dev.voxelmill.protocols.worker.OwnerMessage;
import java.time.Duration;
import java.util.Set;
import java.util.function.IntConsumer;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.apache.pekko.actor.typed.receptionist.ServiceKey;

/**
 * Calls owners to where their partitions have moved. Sharding gives a partition that a node hands
 * over a new home at once, but starts its owner with the first message, which would be some node's
 * next keep-alive. So the node on which an owner stops tells all supervisors, and each that stays
 * sends that message now; their regions keep it until the new home is known.
 *
 * <p>A node that leaves calls nobody: when all leave, there is no home to be found, and its region
 * would wait for one. What is lost here costs a partition the rest of a keep-alive.
 */
final class Vacancies extends AbstractBehavior<Vacancies.Command> {
  /** Everything that reaches it; never leaves the node. */
  sealed interface Command extends NoSerializationVerificationNeeded {}

  /** The owner of a partition has stopped on this node. */
  record Stopped(int partition) implements Command {}

  /** This node leaves. */
  record Leave() implements Command {}

  private record Heard(OwnerMessage.Vacant vacant) implements Command {}

  private record Found(int partition, Set<ActorRef<OwnerMessage.Vacant>> supervisors)
      implements Command {}

  /** The receptionist of the node itself answers; it has no reason to be slow. */
  private static final Duration ANSWER = Duration.ofSeconds(3);

  private static final ServiceKey<OwnerMessage.Vacant> SUPERVISORS =
      ServiceKey.create(OwnerMessage.Vacant.class, "vacancies");

  private final IntConsumer call;
  private boolean leaving;

  private Vacancies(ActorContext<Command> context, IntConsumer call) {
    super(context);
    this.call = call;
    context
        .getSystem()
        .receptionist()
        .tell(
            Receptionist.register(
                SUPERVISORS, context.messageAdapter(OwnerMessage.Vacant.class, Heard::new)));
  }

  /**
   * One of them for each supervisor node.
   *
   * @param call sends a message to the owner of a partition, wherever its home is
   */
  static Behavior<Command> create(IntConsumer call) {
    return Behaviors.setup(context -> new Vacancies(context, call));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onAnyMessage(this::onCommand).build();
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case Stopped stopped -> onStopped(stopped.partition());
      case Heard heard -> onVacant(heard.vacant().partition());
      case Found found -> tell(found.supervisors(), found.partition());
      case Leave leave -> leaving = true;
    }
    return this;
  }

  private void onStopped(int partition) {
    getContext()
        .ask(
            Receptionist.Listing.class,
            getContext().getSystem().receptionist(),
            ANSWER,
            replyTo -> Receptionist.find(SUPERVISORS, replyTo),
            (listing, failure) ->
                new Found(
                    partition,
                    failure == null ? listing.getServiceInstances(SUPERVISORS) : Set.of()));
  }

  private static void tell(Set<ActorRef<OwnerMessage.Vacant>> supervisors, int partition) {
    OwnerMessage.Vacant vacant = new OwnerMessage.Vacant(partition);
    supervisors.forEach(supervisor -> supervisor.tell(vacant));
  }

  private void onVacant(int partition) {
    if (!leaving) {
      call.accept(partition);
    }
  }
}
