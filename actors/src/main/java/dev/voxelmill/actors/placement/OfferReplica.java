package dev.voxelmill.actors.placement;

import dev.voxelmill.protocols.worker.OwnerMessage.OffersWanted;
import dev.voxelmill.protocols.worker.PlacementMessage.Offer;
import dev.voxelmill.protocols.worker.PlacementMessage.Offers;
import dev.voxelmill.protocols.worker.TaskRef;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What placement knows of the waiting tasks of one partition, kept equal to what their owner knows
 * by applying its numbered changes in order; see {@link Offers}. The tasks themselves are kept by
 * whoever is told of the changes.
 */
final class OfferReplica {
  private final Set<TaskRef> tasks = new HashSet<>();
  private String life = "";
  private long known;
  private long heardNanos;
  private boolean asked;
  private long askedNanos;

  /** Is told what has changed. */
  interface Listener {
    void offered(int partition, Offer offer);

    void withdrawn(TaskRef task);
  }

  /**
   * Applies what can be applied.
   *
   * @param nowNanos monotonic
   * @param patienceNanos how long an answer is awaited before it is asked for again
   * @return what to ask the owner for, if something is missing
   */
  Optional<OffersWanted> apply(Offers news, long nowNanos, long patienceNanos, Listener listener) {
    heardNanos = nowNanos;
    if (!news.life().equals(life)) {
      clear(listener);
      life = news.life();
    }
    if (news.after() == known) {
      change(news, listener);
    }
    if (known == news.last() && tasks.size() != news.waiting()) {
      clear(listener); // a withdrawal was lost
    }
    return known < news.last() ? ask(nowNanos, patienceNanos) : Optional.empty();
  }

  private void change(Offers news, Listener listener) {
    asked &= news.upTo() == known;
    known = news.upTo();
    for (Offer offer : news.offered()) {
      tasks.add(offer.task());
      listener.offered(news.partition(), offer);
    }
    for (TaskRef task : news.withdrawn()) {
      tasks.remove(task);
      listener.withdrawn(task);
    }
  }

  private Optional<OffersWanted> ask(long nowNanos, long patienceNanos) {
    if (asked && nowNanos - askedNanos < patienceNanos) {
      return Optional.empty();
    }
    asked = true;
    askedNanos = nowNanos;
    return Optional.of(new OffersWanted(life, known));
  }

  /** Monotonic time of the owner's last word. */
  long heardNanos() {
    return heardNanos;
  }

  /** How many tasks of the partition wait. */
  int size() {
    return tasks.size();
  }

  /** Starts again from nothing. */
  void clear(Listener listener) {
    tasks.forEach(listener::withdrawn);
    tasks.clear();
    known = 0;
    asked = false;
  }
}
