package dev.voxelmill.gpu.worker;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.slf4j.Logger;

/**
 * What the parts of the device share: the attempt that holds it, and how they speak, to the device
 * itself and to the protocol actor. Confined to the device thread.
 */
final class DeviceContext {
  private final ActorContext<Device.Command> context;
  private final ActorRef<DeviceEvent> worker;
  private Optional<Occupation> occupation = Optional.empty();

  DeviceContext(ActorContext<Device.Command> context, ActorRef<DeviceEvent> worker) {
    this.context = context;
    this.worker = worker;
  }

  Logger log() {
    return context.getLog();
  }

  /** The attempt, if it still holds the device. */
  Optional<Occupation> current(AttemptRef attempt) {
    return occupation.filter(now -> now.attempt.equals(attempt));
  }

  void occupy(Occupation next) {
    occupation = Optional.of(next);
  }

  /** Frees the device of whatever holds it. */
  void free() {
    occupation.ifPresent(Occupation::close);
    occupation = Optional.empty();
  }

  /** Frees the device and tells how the attempt ended. */
  void end(DeviceEvent last) {
    free();
    worker.tell(last);
  }

  void tell(DeviceEvent event) {
    worker.tell(event);
  }

  /** Lets the attempt do its next step after what has arrived meanwhile. */
  void goOn(Occupation now) {
    context.getSelf().tell(new Device.Step(now.attempt, now.openings()));
  }

  /** Has the device told of a result or of what went wrong, whichever comes. */
  <T> void await(
      CompletionStage<? extends T> stage,
      Function<T, Device.Command> done,
      Function<Throwable, Device.Command> lost) {
    context.pipeToSelf(
        stage, (result, failure) -> failure == null ? done.apply(result) : lost.apply(failure));
  }
}
