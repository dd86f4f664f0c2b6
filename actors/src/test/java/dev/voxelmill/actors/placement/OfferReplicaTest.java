package dev.voxelmill.actors.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.plan.TaskKind;
import dev.voxelmill.protocols.worker.OwnerMessage.OffersWanted;
import dev.voxelmill.protocols.worker.PlacementMessage.Offer;
import dev.voxelmill.protocols.worker.PlacementMessage.Offers;
import dev.voxelmill.protocols.worker.TaskRef;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class OfferReplicaTest {
  private static final long PATIENCE = 100;

  private final OfferReplica replica = new OfferReplica();
  private final Set<String> waiting = new TreeSet<>();
  private final OfferReplica.Listener listener =
      new OfferReplica.Listener() {
        @Override
        public void offered(int partition, Offer offer) {
          waiting.add(offer.task().job().id());
        }

        @Override
        public void withdrawn(TaskRef task) {
          waiting.remove(task.job().id());
        }
      };
  private long now;

  @Test
  void changesInOrderAreApplied() {
    assertEquals(Optional.empty(), hear("one", 0, 2, 2, 2, offers("a", "b"), tasks()));
    assertEquals(Optional.empty(), hear("one", 2, 3, 3, 1, offers(), tasks("a")));

    assertEquals(Set.of("b"), waiting);
  }

  @Test
  void aGapIsAskedForOnceAndAgainAfterAWhile() {
    hear("one", 0, 1, 1, 1, offers("a"), tasks());

    assertEquals(wanted("one", 1), hear("one", 2, 3, 3, 3, offers("c"), tasks()));
    assertEquals(Optional.empty(), hear("one", 3, 4, 4, 4, offers("d"), tasks()));
    now += PATIENCE;
    assertEquals(wanted("one", 1), hear("one", 4, 4, 4, 4, offers(), tasks()));
    assertEquals(Optional.empty(), hear("one", 1, 4, 4, 4, offers("b", "c", "d"), tasks()));

    assertEquals(Set.of("a", "b", "c", "d"), waiting);
  }

  @Test
  void aPartIsFollowedByTheNext() {
    assertEquals(wanted("one", 0), hear("one", 9, 9, 9, 3, offers(), tasks()));
    assertEquals(wanted("one", 5), hear("one", 0, 5, 9, 3, offers("a", "b"), tasks()));
    assertEquals(Optional.empty(), hear("one", 5, 9, 9, 3, offers("c"), tasks()));

    assertEquals(Set.of("a", "b", "c"), waiting);
  }

  @Test
  void aLostWithdrawalShowsInTheCountAndStartsAfresh() {
    hear("one", 0, 2, 2, 2, offers("a", "b"), tasks());

    assertEquals(wanted("one", 2), hear("one", 3, 3, 3, 1, offers(), tasks()));
    assertEquals(wanted("one", 0), hear("one", 2, 3, 3, 1, offers(), tasks()));
    assertEquals(Set.of(), waiting);
    assertEquals(Optional.empty(), hear("one", 0, 3, 3, 1, offers("b"), tasks()));

    assertEquals(Set.of("b"), waiting);
  }

  @Test
  void anotherLifeStartsAfresh() {
    hear("one", 0, 2, 2, 2, offers("a", "b"), tasks());

    assertEquals(wanted("two", 0), hear("two", 7, 7, 7, 1, offers(), tasks()));

    assertEquals(Set.of(), waiting);
  }

  private Optional<OffersWanted> hear(
      String life,
      long after,
      long upTo,
      long last,
      int count,
      List<Offer> offered,
      List<TaskRef> withdrawn) {
    return replica.apply(
        new Offers(0, life, after, upTo, last, count, offered, withdrawn), now, PATIENCE, listener);
  }

  private static Optional<OffersWanted> wanted(String life, long after) {
    return Optional.of(new OffersWanted(life, after));
  }

  private static List<Offer> offers(String... jobs) {
    return tasks(jobs).stream()
        .map(
            task ->
                new Offer(
                    task, TaskKind.DISTILL, 5, 0, 0, List.of(), new TreeSet<>(), new TreeSet<>()))
        .toList();
  }

  private static List<TaskRef> tasks(String... jobs) {
    return List.of(jobs).stream()
        .map(job -> new TaskRef(new JobId("default", job), "distill"))
        .toList();
  }
}
