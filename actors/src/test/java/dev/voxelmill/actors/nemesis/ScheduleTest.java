package dev.voxelmill.actors.nemesis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.request.RequestCodec;
import dev.voxelmill.protocols.request.RequestReading;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static final Duration LENGTH = Duration.ofMinutes(5);
  private static final int SEEDS = 200;

  @Test
  void theSameSeedIsTheSameSchedule() {
    assertEquals(Schedule.of(7, LENGTH, 3, 3), Schedule.of(7, LENGTH, 3, 3));
    assertEquals(Schedule.of(7, LENGTH, 3, 3).text(), Schedule.of(7, LENGTH, 3, 3).text());
    assertNotEquals(Schedule.of(7, LENGTH, 3, 3), Schedule.of(8, LENGTH, 3, 3));
  }

  @Test
  void fiveMinutesHaveEveryKindOfFaultWhateverTheSeed() {
    for (long seed = 0; seed < SEEDS; seed++) {
      assertEquals(
          EnumSet.allOf(FaultKind.class),
          EnumSet.copyOf(Schedule.of(seed, LENGTH, 3, 3).planned().keySet()),
          "seed " + seed);
    }
  }

  @Test
  void fiveMinutesLoseEverySupervisorAtOnceAndEveryWorkerAtOnce() {
    for (long seed = 0; seed < SEEDS; seed++) {
      String text = Schedule.of(seed, LENGTH, 3, 3).text();
      assertTrue(text.contains("kill -9 every supervisor"), text);
      assertTrue(text.contains("kill -9 every worker"), text);
    }
  }

  @Test
  void everythingIsInTheOrderOfTime() {
    Schedule schedule = Schedule.of(7, LENGTH, 3, 3);

    assertOrdered(schedule.jobs());
    assertOrdered(schedule.process());
    assertOrdered(schedule.clients());
  }

  @Test
  void whatIsPausedIsResumedAfterwards() {
    for (long seed = 0; seed < SEEDS; seed++) {
      Map<JobId, JobCommand.Order> last = new HashMap<>();
      for (Timed<Fault.OfClient> timed : Schedule.of(seed, LENGTH, 3, 3).clients()) {
        if (timed.what() instanceof Fault.Order order
            && (order.order() instanceof JobCommand.Pause
                || order.order() instanceof JobCommand.Resume)) {
          last.put(order.job(), order.order());
        }
      }
      last.values().forEach(order -> assertInstanceOf(JobCommand.Resume.class, order));
    }
  }

  @Test
  void onlyWorkersThatWereAddedLeave() {
    for (long seed = 0; seed < SEEDS; seed++) {
      Set<Integer> added = new HashSet<>();
      for (Timed<Fault.OfProcess> timed : Schedule.of(seed, LENGTH, 3, 3).process()) {
        if (timed.what() instanceof Fault.Join join) {
          assertTrue(join.number() > 3 && added.add(join.number()));
        } else if (timed.what() instanceof Fault.Leave leave) {
          assertTrue(added.remove(leave.number()));
        }
      }
    }
  }

  @Test
  void noJobThatHasToFailIsOrderedAbout() {
    Schedule schedule = Schedule.of(7, Duration.ofMinutes(20), 3, 3);
    Set<JobId> ordered = new HashSet<>();
    schedule.clients().stream()
        .map(Timed::what)
        .filter(Fault.Order.class::isInstance)
        .forEach(order -> ordered.add(((Fault.Order) order).job()));

    assertTrue(
        schedule.allJobs().stream()
            .filter(job -> job.trouble().isPresent())
            .noneMatch(job -> ordered.contains(job.id())));
  }

  @Test
  void everyJobHasItsOwnIdAndIsAValidRequest() {
    RequestCodec codec = new RequestCodec();
    List<PlannedJob> jobs = Schedule.of(7, LENGTH, 3, 3).allJobs();
    Set<JobId> ids = new HashSet<>();

    for (PlannedJob job : jobs) {
      assertTrue(ids.add(job.id()), () -> job.id() + " comes twice");
      assertInstanceOf(
          RequestReading.Valid.class, codec.read(job.request("aWNvbg==")), job::toString);
    }
  }

  @Test
  void poisonIsNoRequest() {
    RequestCodec codec = new RequestCodec();

    for (PoisonKind poison : PoisonKind.values()) {
      // That text is no picture is seen later, by intake.
      boolean isRead = codec.read(poison.bytes(1)) instanceof RequestReading.Valid;
      assertEquals(poison == PoisonKind.NO_PICTURE, isRead, poison.words());
    }
  }

  @Test
  void aScheduleWithoutProcessesIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> Schedule.of(1, LENGTH, 3, 0));
  }

  private static <T> void assertOrdered(List<Timed<T>> acts) {
    assertEquals(acts.stream().sorted(Comparator.comparing(Timed::at)).toList(), acts);
  }
}
