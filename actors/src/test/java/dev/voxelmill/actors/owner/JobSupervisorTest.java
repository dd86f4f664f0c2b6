package dev.voxelmill.actors.owner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.ConfigFactory;
import dev.voxelmill.protocols.geometry.ByteSize;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.lifecycle.LiveAttempt;
import dev.voxelmill.protocols.plan.TaskKind;
import dev.voxelmill.protocols.plan.TaskSpec;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.OwnerMessage.FromWorker;
import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerCommand;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JobSupervisorTest {
  private static final ActorTestKit KIT =
      ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.load("application-test")));
  private static final ManualTime TIME = ManualTime.get(KIT.system());
  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
  private static final WorkerId WORKER = new WorkerId("w1");
  private static final JobId JOB = new JobId("default", "a");
  private static final TaskRef TASK = new TaskRef(JOB, "distill");

  private final TestProbe<PartitionOwner.AttemptLost> owner =
      KIT.createTestProbe(PartitionOwner.AttemptLost.class);
  private final TestProbe<WorkerCommand> worker = KIT.createTestProbe(WorkerCommand.class);
  private final List<EventRecord> published = new ArrayList<>();
  private ActorRef<JobSupervisor.Command> supervisor;

  @BeforeEach
  void start() {
    Duration second = Duration.ofSeconds(1);
    OwnerConfig config =
        new OwnerConfig(
            Duration.ofMillis(2500),
            Duration.ofSeconds(10),
            Duration.ofMillis(500),
            second,
            Duration.ofMillis(250),
            second,
            second,
            second,
            10,
            ByteSize.parse("512KiB"),
            new JobsConfig(
                1000, 1000, Duration.ofDays(9), Duration.ofMinutes(1), Duration.ofDays(1), 8));
    supervisor =
        KIT.spawn(
            JobSupervisor.create(
                new JobSupervisor.Setting(
                    config, () -> NOON, published::add, owner.getRef()::tell)));
  }

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void aRunIsSentAgainUntilTheWorkerSpeaks() {
    supervisor.tell(new JobSupervisor.Dispatch(assignment(), WORKER, worker.getRef()));

    worker.expectMessageClass(WorkerCommand.Run.class);
    TIME.timePasses(Duration.ofMillis(500));
    worker.expectMessageClass(WorkerCommand.Run.class);
    hear(new WorkerReport.Started());
    TIME.expectNoMessageFor(Duration.ofMillis(1600), worker, owner);
  }

  @Test
  void theLeaseEndsAfterSilenceAndNotBefore() {
    supervisor.tell(new JobSupervisor.Dispatch(assignment(), WORKER, worker.getRef()));
    worker.expectMessageClass(WorkerCommand.Run.class);
    TIME.timePasses(Duration.ofSeconds(2));
    hear(new WorkerReport.Running(progress(1)));

    TIME.expectNoMessageFor(Duration.ofMillis(2400), owner);
    TIME.timePasses(Duration.ofMillis(200));
    owner.expectMessage(new PartitionOwner.AttemptLost(TASK, 1, WORKER));
  }

  @Test
  void anAdoptedAttemptHasTimeForItsWorkerToJoinAgain() {
    supervisor.tell(new JobSupervisor.Adopt(new LiveAttempt(TASK, 1, WORKER)));
    settle();

    TIME.expectNoMessageFor(Duration.ofMillis(9900), owner);
    TIME.timePasses(Duration.ofMillis(200));
    owner.expectMessage(new PartitionOwner.AttemptLost(TASK, 1, WORKER));
  }

  @Test
  void anAdoptedAttemptWhoseWorkerTheClusterLosesHasALeaseFromThenOn() {
    supervisor.tell(new JobSupervisor.Adopt(new LiveAttempt(TASK, 1, WORKER)));
    supervisor.tell(new JobSupervisor.Gone(new WorkerId("w2")));
    settle();
    TIME.expectNoMessageFor(Duration.ofSeconds(4), owner);

    supervisor.tell(new JobSupervisor.Gone(WORKER));
    settle();
    TIME.expectNoMessageFor(Duration.ofSeconds(2), owner);
    supervisor.tell(new JobSupervisor.Gone(WORKER));
    settle();

    TIME.timePasses(Duration.ofMillis(501));
    owner.expectMessage(new PartitionOwner.AttemptLost(TASK, 1, WORKER));
  }

  @Test
  void aWorkerThatReportsKeepsItsLeaseWhateverTheClusterSays() {
    supervisor.tell(new JobSupervisor.Adopt(new LiveAttempt(TASK, 1, WORKER)));
    hear(new WorkerReport.Running(progress(1)));
    TIME.timePasses(Duration.ofSeconds(2));

    supervisor.tell(new JobSupervisor.Gone(WORKER));
    settle();

    TIME.expectNoMessageFor(Duration.ofMillis(400), owner);
    TIME.timePasses(Duration.ofMillis(101));
    owner.expectMessage(new PartitionOwner.AttemptLost(TASK, 1, WORKER));
  }

  @Test
  void anAdoptedAttemptThatHasReportedHasAnOrdinaryLease() {
    supervisor.tell(new JobSupervisor.Adopt(new LiveAttempt(TASK, 1, WORKER)));
    settle();

    TIME.expectNoMessageFor(Duration.ofMillis(9900), owner);
    hear(new WorkerReport.Running(progress(1)));
    TIME.expectNoMessageFor(Duration.ofMillis(2400), owner);
    TIME.timePasses(Duration.ofMillis(200));
    owner.expectMessage(new PartitionOwner.AttemptLost(TASK, 1, WORKER));
  }

  @Test
  void anEndedAttemptHasNoLeaseAndIsToldToStop() {
    supervisor.tell(new JobSupervisor.Dispatch(assignment(), WORKER, worker.getRef()));
    worker.expectMessageClass(WorkerCommand.Run.class);

    supervisor.tell(new JobSupervisor.End(TASK, 1, Optional.of("the job failed")));

    worker.expectMessage(new WorkerCommand.Stop(TASK, 1, "the job failed"));
    TIME.expectNoMessageFor(Duration.ofSeconds(5), worker, owner);
  }

  @Test
  void progressIsConflatedAndCarriesTheNumberOfTheLastTransition() {
    supervisor.tell(new JobSupervisor.Dispatch(assignment(), WORKER, worker.getRef()));
    worker.expectMessageClass(WorkerCommand.Run.class);

    hear(new WorkerReport.Running(progress(1)));
    hear(new WorkerReport.Running(progress(2)));
    TIME.timePasses(Duration.ofMillis(251));
    hear(new WorkerReport.Running(progress(3)));

    assertEquals(
        List.of(1L, 3L),
        published.stream().map(e -> ((EventRecord.Progress) e.event()).step()).toList());
    assertEquals(List.of(7L, 7L), published.stream().map(EventRecord::seq).toList());
  }

  @Test
  void aTaskThatIsBeingOpenedKeepsItsLeaseAndTellsOfNoProgress() {
    supervisor.tell(new JobSupervisor.Dispatch(assignment(), WORKER, worker.getRef()));
    worker.expectMessageClass(WorkerCommand.Run.class);
    TIME.timePasses(Duration.ofSeconds(2));

    hear(new WorkerReport.Running(WorkerReport.Progress.OPENING));

    TIME.expectNoMessageFor(Duration.ofMillis(2400), owner);
    assertEquals(List.of(), published);
  }

  @Test
  void anOwnerThatMayHaveBeenReplacedKeepsTheLeaseAndTellsOfNoProgress() {
    supervisor.tell(new JobSupervisor.Dispatch(assignment(), WORKER, worker.getRef()));
    worker.expectMessageClass(WorkerCommand.Run.class);
    TIME.timePasses(Duration.ofSeconds(2));

    hear(new WorkerReport.Running(progress(1)), false);

    TIME.expectNoMessageFor(Duration.ofMillis(2400), owner);
    assertEquals(List.of(), published);
  }

  private void hear(WorkerReport report) {
    hear(report, true);
  }

  private void hear(WorkerReport report, boolean isTold) {
    FromWorker message = new FromWorker(TASK, 1, WORKER, 0, report, worker.getRef());
    supervisor.tell(new JobSupervisor.Heard(message, 7, isTold));
    settle();
  }

  /** Messages are handled in order: once this one is answered, all before it were handled. */
  private void settle() {
    TaskRef other = new TaskRef(JOB, "other");
    TestProbe<WorkerCommand> probe = KIT.createTestProbe(WorkerCommand.class);
    Assignment marker =
        new Assignment(
            1,
            0,
            new TaskSpec(other.task(), TaskKind.TILE, List.of()),
            assignment().request(),
            Map.of(),
            List.of());
    supervisor.tell(new JobSupervisor.Dispatch(marker, WORKER, probe.getRef()));
    probe.expectMessageClass(WorkerCommand.Run.class);
    supervisor.tell(new JobSupervisor.End(other, 1, Optional.of("settled")));
    probe.expectMessageClass(WorkerCommand.Stop.class);
  }

  private static WorkerReport.Progress progress(long step) {
    return new WorkerReport.Progress(step, 10, 1, Double.NaN, Double.NaN);
  }

  private static Assignment assignment() {
    TaskSpec spec = new TaskSpec("distill", TaskKind.DISTILL, List.of());
    return new Assignment(1, 0, spec, Requests.of(JOB), Map.of(), List.of());
  }
}
