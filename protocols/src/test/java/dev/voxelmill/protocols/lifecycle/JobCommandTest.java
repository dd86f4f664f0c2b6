package dev.voxelmill.protocols.lifecycle;

import static dev.voxelmill.protocols.lifecycle.JobWalk.CANCEL;
import static dev.voxelmill.protocols.lifecycle.JobWalk.PAUSE;
import static dev.voxelmill.protocols.lifecycle.JobWalk.RESUME;
import static dev.voxelmill.protocols.lifecycle.JobWalk.answer;
import static dev.voxelmill.protocols.lifecycle.JobWalk.command;
import static dev.voxelmill.protocols.lifecycle.Jobs.NOON;
import static dev.voxelmill.protocols.lifecycle.Jobs.ONE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.job.CommandOutcome;
import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.plan.Plans;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.protocols.worker.WorkerReport;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Commands are answered once, whenever they come and however often. */
class JobCommandTest {
  private final JobWalk job = new JobWalk();

  @Test
  void theSameCommandAgainGetsTheSameAnswerAndChangesNothing() {
    job.order("p1", PAUSE);
    job.order("r1", RESUME);
    JobState before = job.state();

    Decision again = job.order("p1", PAUSE);

    assertEquals(before, job.state());
    assertEquals(Optional.of(CommandOutcome.PAUSED), answer(again, "p1"));
    job.order("c1", CANCEL);
    assertEquals(Optional.of(CommandOutcome.CANCELLED), answer(job.order("c1", CANCEL), "c1"));
  }

  @Test
  void anotherPriorityIsPublishedAndOfferedAnew() {
    Decision changed = job.order("h1", new JobCommand.Reprioritise(9));
    Decision same = job.order("h2", new JobCommand.Reprioritise(9));

    assertEquals(9, job.active().control().priority());
    assertEquals(1, changed.effects(Effect.Offer.class).size());
    assertEquals(Optional.of(CommandOutcome.REPRIORITISED), answer(changed, "h1"));
    assertEquals(Optional.of(CommandOutcome.UNCHANGED), answer(same, "h2"));
  }

  @Test
  void aCommandThatComesBeforeItsRequestIsCarriedOutWithIt() {
    Decision waiting = JobState.ordered(command("c1", CANCEL), NOON);
    var awaited = assertInstanceOf(AwaitedJob.class, waiting.next());

    Decision begun =
        awaited.requested(Jobs.request(), Jobs.BODY, Plans.of(Jobs.request()), NOON.plusSeconds(5));

    assertEquals(List.of(), waiting.effects());
    assertInstanceOf(JobState.Finished.class, begun.next());
    assertEquals(Optional.of(CommandOutcome.CANCELLED), answer(begun, "c1"));
  }

  @Test
  void aCommandWithoutARequestIsAnsweredAsUnknownAfterAMinute() {
    job.returnTo(JobState.ordered(command("c1", CANCEL), NOON).next());
    Duration minute = Duration.ofSeconds(60);

    Decision early = job.state().on(new JobEvent.TimePassed(), NOON.plus(minute).minusMillis(1));
    Decision late = job.state().on(new JobEvent.TimePassed(), NOON.plus(minute));

    assertEquals(Optional.of(NOON.plus(minute)), job.state().wakesAt());
    assertEquals(job.state(), early.next());
    assertEquals(Optional.of(CommandOutcome.UNKNOWN_JOB), answer(late, "c1"));
    assertEquals(new AwaitedJob(job.state().job(), List.of()), late.next());
  }

  @Test
  void commandsThatWaitAreBoundedAndCountOnce() {
    job.returnTo(JobState.ordered(command("c0", PAUSE), NOON).next());
    for (int i = 0; i < 40; i++) {
      job.order("c" + i % 16, PAUSE);
    }

    Decision tooMany = job.order("c16", PAUSE);

    assertEquals(16, ((AwaitedJob) job.state()).commands().size());
    assertEquals(Optional.of(CommandOutcome.TOO_MANY), answer(tooMany, "c16"));
  }

  @Test
  void whatWasOrderedSurvivesItsJson() {
    var codec = JsonCodec.of(JobState.class);
    JobState awaited = JobState.ordered(command("c1", new JobCommand.Reprioritise(3)), NOON).next();
    job.grant("encode", ONE);
    job.report("encode", 1, ONE, new WorkerReport.Started());
    job.order("h1", new JobCommand.Reprioritise(3));
    job.order("p1", PAUSE);
    JobState pausing = job.state();
    job.lose("encode", 1, ONE);
    JobState paused = job.state();
    job.order("c1", CANCEL);

    for (JobState each : List.of(awaited, pausing, paused, job.state())) {
      assertEquals(each, codec.decode(codec.encode(each)));
    }
    assertTrue(codec.encode(paused).length < 16 * 1024);
  }
}
