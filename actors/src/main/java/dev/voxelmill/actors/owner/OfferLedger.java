package dev.voxelmill.actors.owner;

import dev.voxelmill.protocols.worker.OwnerMessage.OffersWanted;
import dev.voxelmill.protocols.worker.PlacementMessage.Offer;
import dev.voxelmill.protocols.worker.PlacementMessage.Offers;
import dev.voxelmill.protocols.worker.TaskRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

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
  private final TreeMap<Long, Offer> byNumber = new TreeMap<>();
  private final Map<TaskRef, Long> numbers = new HashMap<>();
  private final Set<TaskRef> untold = new LinkedHashSet<>();
  private long last;
  private long told;

  public OfferLedger(int partition, String life) {
    this.partition = partition;
    this.life = life;
  }

  /** The task waits, or waits under other conditions than before. */
  public void offer(Offer offer) {
    Long number = ++last; // one object for both maps
    Long before = numbers.put(offer.task(), number);
    if (before != null) {
      byNumber.remove(before);
    }
    byNumber.put(number, offer);
    untold.add(offer.task());
  }

  /** The task waits no more; nothing happens when it did not wait. */
  public void withdraw(TaskRef task) {
    Long before = numbers.remove(task);
    if (before != null) {
      byNumber.remove(before);
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
    untold.clear();
    told = last;
    return Optional.of(news);
  }

  private Offers changes() {
    List<Offer> offered = new ArrayList<>();
    List<TaskRef> withdrawn = new ArrayList<>();
    for (TaskRef task : untold) {
      Long number = numbers.get(task);
      if (number == null) {
        withdrawn.add(task);
      } else {
        offered.add(byNumber.get(number));
      }
    }
    return new Offers(partition, life, told, last, last, numbers.size(), offered, withdrawn);
  }

  /** Where the owner stands, without any change. */
  public Offers standing() {
    return new Offers(partition, life, last, last, last, numbers.size(), List.of(), List.of());
  }

  /** The next part of what placement lacks. */
  public Offers answer(OffersWanted wanted) {
    if (!wanted.life().equals(life)) {
      return standing();
    }
    List<Offer> part = new ArrayList<>();
    long upTo = last;
    for (Map.Entry<Long, Offer> next : byNumber.tailMap(wanted.after(), false).entrySet()) {
      if (part.size() == PART) {
        upTo = next.getKey() - 1;
        break;
      }
      part.add(next.getValue());
    }
    return new Offers(partition, life, wanted.after(), upTo, last, numbers.size(), part, List.of());
  }
}
