package dev.voxelmill.gpu.worker;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.slf4j.Logger;

/**
 * What the parts of the device share: the attempts that hold it, whose turn it is, and how they
 * speak to the device itself. Confined to the device thread.
 */
final class DeviceContext {
  private final ActorContext<Device.Command> context;
  private final Map<AttemptRef, Occupation> occupations = new LinkedHashMap<>();

  /** Attempts that want their next step, longest waiting first. */
  private final Set<Occupation> waiting = new LinkedHashSet<>();

  private boolean turnTold;

  DeviceContext(ActorContext<Device.Command> context) {
    this.context = context;
  }

  Logger log() {
    return context.getLog();
  }

  /** The attempt, if it still holds the device. */
  Optional<Occupation> current(AttemptRef attempt) {
    return Optional.ofNullable(occupations.get(attempt));
  }

  void occupy(Occupation next) {
    occupations.put(next.attempt, next);
  }

  /** Frees the device of everything. */
  void free() {
    occupations.values().forEach(Occupation::close);
    occupations.clear();
    waiting.clear();
  }

  /** Frees the device of an attempt and tells how it ended. */
  void end(Occupation now, DeviceEvent last) {
    occupations.remove(now.attempt);
    waiting.remove(now);
    now.close();
    now.tell(last);
  }

  /** Lets the attempt do its next step after what has arrived meanwhile. */
  void goOn(Occupation now) {
    waiting.add(now);
    tellTurn();
  }

  /**
   * Those whose turn it is: the one that has waited longest, and whoever waits with it and can take
   * its step in the same call. Empty when nobody can step.
   */
  List<Occupation> nextTurn() {
    turnTold = false;
    List<Occupation> turn = new ArrayList<>();
    for (Iterator<Occupation> all = waiting.iterator(); all.hasNext(); ) {
      Occupation next = all.next();
      if (!next.canStep()) {
        all.remove();
      } else if (turn.isEmpty() || turn.getFirst().canJoin(next)) {
        all.remove();
        turn.add(next);
      }
    }
    if (!waiting.isEmpty()) {
      tellTurn();
    }
    return turn;
  }

  private void tellTurn() {
    if (!turnTold) {
      turnTold = true;
      context.getSelf().tell(Device.Turn.NEXT);
    }
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
