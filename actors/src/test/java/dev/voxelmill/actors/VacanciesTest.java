package dev.voxelmill.actors;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Those of two supervisors in one system, where they find each other as nodes of a cluster do. */
class VacanciesTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final ActorTestKit kit = ActorTestKit.create();
  private final Set<Integer> calledByOne = ConcurrentHashMap.newKeySet();
  private final Set<Integer> calledByTwo = ConcurrentHashMap.newKeySet();
  private final ActorRef<Vacancies.Command> one = kit.spawn(Vacancies.create(calledByOne::add));
  private final ActorRef<Vacancies.Command> two = kit.spawn(Vacancies.create(calledByTwo::add));

  @BeforeEach
  void findEachOther() {
    for (ActorRef<Vacancies.Command> each : List.of(one, two)) {
      calledByOne.clear();
      calledByTwo.clear();
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                each.tell(new Vacancies.Stopped(0));
                return calledByOne.contains(0) && calledByTwo.contains(0);
              });
    }
  }

  @AfterEach
  void end() {
    kit.shutdownTestKit();
  }

  @Test
  void everySupervisorCallsTheOwnerThatHasStoppedOnOneOfThem() {
    one.tell(new Vacancies.Stopped(3));
    two.tell(new Vacancies.Stopped(5));

    awaitCalls(calledByOne, 3, 5);
    awaitCalls(calledByTwo, 3, 5);
  }

  @Test
  void oneThatLeavesCallsNobodyAndStillTellsTheOthers() {
    one.tell(new Vacancies.Leave());

    two.tell(new Vacancies.Stopped(4));
    one.tell(new Vacancies.Stopped(6));

    awaitCalls(calledByTwo, 4, 6);
    one.tell(new Vacancies.Stopped(7)); // behind whatever it was told before
    awaitCalls(calledByTwo, 7);
    assertFalse(calledByOne.contains(4));
    assertFalse(calledByOne.contains(6));
  }

  private static void awaitCalls(Collection<Integer> called, Integer... partitions) {
    await().atMost(PATIENCE).until(() -> called.containsAll(List.of(partitions)));
  }
}
