package dev.voxelmill.actors.owner;

import dev.voxelmill.protocols.worker.OwnerMessage.OffersWanted;
import dev.voxelmill.protocols.worker.PlacementMessage.Offer;
import dev.voxelmill.protocols.worker.PlacementMessage.Offers;
import dev.voxelmill.protocols.worker.TaskRef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The tasks of one partition that wait for a worker, as numbered changes that are told once.
 *
 * <p>A change costs one message whatever waits beside it. What is too much for one message, the
 * whole queue of a new owner above all, is not pushed: placement sees from the numbers that it
 * lacks something and fetches it part by part, at its own pace.
 */
public final class OfferLedger {
  /** Most changes in one message: an offer may take 700 bytes, a message 256 KiB. */
  static final int PART = 250;

  private final int partition;
  private final String life;
  private final LinkedHashMap<TaskRef, Numbered> waiting = new LinkedHashMap<>();
  private Set<TaskRef> untold = new LinkedHashSet<>();
  private long last;
  private long told;

  /** An offer and the number of the change that made it; a later one stands further back. */
  private record Numbered(long number, Offer offer) {}

  public OfferLedger(int partition, String life) {
    this.partition = partition;
    this.life = life;
  }

  /** The task waits, or waits under other conditions than before. */
  public void offer(Offer offer) {
    last++;
    waiting.putLast(offer.task(), new Numbered(last, offer));
    untold.add(offer.task());
  }

  /** The task waits no more; nothing happens when it did not wait. */
  public void withdraw(TaskRef task) {
    if (waiting.remove(task) != null) {
      last++;
      untold.add(task);
    }
  }

  /** The changes since the last call, or where the owner stands when they are too many. */
  public Optional<Offers> news() {
    if (untold.isEmpty()) {
      return Optional.empty();
    }
    Offers news = untold.size() > PART ? standing() : changes();
    untold = new LinkedHashSet<>(); // without the room that the queue of a new owner has taken
    told = last;
    return Optional.of(news);
  }

  private Offers changes() {
    List<Offer> offered = new ArrayList<>();
    List<TaskRef> withdrawn = new ArrayList<>();
    for (TaskRef task : untold) {
      Numbered still = waiting.get(task);
      if (still == null) {
        withdrawn.add(task);
      } else {
        offered.add(still.offer());
      }
    }
    return new Offers(partition, life, told, last, last, waiting.size(), offered, withdrawn);
  }

  /** Where the owner stands, without any change. */
  public Offers standing() {
    return new Offers(partition, life, last, last, last, waiting.size(), List.of(), List.of());
  }

  /**
   * The next part of what placement lacks, found by looking through the offers from the oldest on:
   * fetching the whole queue of a new owner passes over its beginning once for each part.
   */
  public Offers answer(OffersWanted wanted) {
    if (!wanted.life().equals(life)) {
      return standing();
    }
    List<Offer> part = new ArrayList<>();
    long upTo = last;
    for (Numbered next : waiting.values()) {
      if (part.size() == PART) {
        upTo = next.number() - 1;
        break;
      }
      if (next.number() > wanted.after()) {
        part.add(next.offer());
      }
    }
    return new Offers(partition, life, wanted.after(), upTo, last, waiting.size(), part, List.of());
  }
}
