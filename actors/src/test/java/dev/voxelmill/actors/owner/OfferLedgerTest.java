package dev.voxelmill.actors.owner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.plan.TaskKind;
import dev.voxelmill.protocols.worker.OwnerMessage.OffersWanted;
import dev.voxelmill.protocols.worker.PlacementMessage.Offer;
import dev.voxelmill.protocols.worker.PlacementMessage.Offers;
import dev.voxelmill.protocols.worker.TaskRef;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class OfferLedgerTest {
  private final OfferLedger ledger = new OfferLedger(3, "life");

  @Test
  void aChangeIsToldOnce() {
    ledger.offer(offer("a", 5));
    ledger.offer(offer("b", 5));

    Offers news = ledger.news().orElseThrow();

    assertEquals(List.of(offer("a", 5), offer("b", 5)), news.offered());
    assertEquals(List.of(0L, 2L, 2L), List.of(news.after(), news.upTo(), news.last()));
    assertEquals(Optional.empty(), ledger.news());
  }

  @Test
  void aWithdrawalIsAChangeAndOneOfNothingIsNone() {
    ledger.offer(offer("a", 5));
    ledger.news();

    ledger.withdraw(task("a"));
    ledger.withdraw(task("never offered"));

    Offers news = ledger.news().orElseThrow();
    assertEquals(List.of(task("a")), news.withdrawn());
    assertEquals(List.of(1L, 2L), List.of(news.after(), news.upTo()));
    assertEquals(0, news.waiting());
  }

  @Test
  void aTaskUnderOtherConditionsReplacesItself() {
    ledger.offer(offer("a", 5));
    ledger.offer(offer("a", 9));

    Offers news = ledger.news().orElseThrow();

    assertEquals(List.of(offer("a", 9)), news.offered());
    assertEquals(1, news.waiting());
  }

  @Test
  void aLongQueueIsNotPushedButFetchedPartByPart() {
    int tasks = 2 * OfferLedger.PART + 1;
    for (int i = 0; i < tasks; i++) {
      ledger.offer(offer("j" + i, 5));
    }

    assertEquals(ledger.standing(), ledger.news().orElseThrow());
    int fetched = 0;
    long known = 0;
    for (int part = 0; part < 3; part++) {
      Offers answer = ledger.answer(new OffersWanted("life", known));
      assertEquals(known, answer.after());
      assertTrue(answer.offered().size() <= OfferLedger.PART);
      fetched += answer.offered().size();
      known = answer.upTo();
    }
    assertEquals(tasks, fetched);
    assertEquals(ledger.standing().last(), known);
  }

  @Test
  void whatChangedAgainIsFetchedByItsLastNumber() {
    ledger.offer(offer("a", 5));
    ledger.offer(offer("b", 5));
    ledger.offer(offer("a", 9));

    assertEquals(
        List.of(offer("b", 5), offer("a", 9)),
        ledger.answer(new OffersWanted("life", 0)).offered());
    assertEquals(List.of(offer("a", 9)), ledger.answer(new OffersWanted("life", 2)).offered());
  }

  @Test
  void whoeverKnowsAnotherLifeIsToldWhereThisOneStands() {
    ledger.offer(offer("a", 5));
    ledger.news();

    assertEquals(ledger.standing(), ledger.answer(new OffersWanted("earlier", 0)));
  }

  private static Offer offer(String job, int priority) {
    return new Offer(
        task(job), TaskKind.DISTILL, priority, 0, 0, List.of(), new TreeSet<>(), new TreeSet<>());
  }

  private static TaskRef task(String job) {
    return new TaskRef(new JobId("default", job.replace(' ', '-')), "distill");
  }
}
