package dev.voxelmill.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.job.CommandOutcome;
import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.topic.EventRecord;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("faults")
@ExtendWith(FaultExtension.class)
class ControlFaultsTest {
  private static final int MOMENTS = 8;

  @Test
  @Fault(
      id = "F28",
      what =
          "cancels before the request, after each of the first events, of a paused job, after the"
              + " end, and with the worker killed at once",
      also = "each cancel is answered by what became of the job; what is cancelled has no asset")
  void aCancelAtAnyPointIsAnsweredByWhatBecameOfTheJob(FaultCluster cluster, Outcome outcome)
      throws Exception {
    List<String> ids = new ArrayList<>();
    ids.add(cancelBeforeTheRequest(cluster));
    for (int moment = 1; moment <= MOMENTS; moment++) {
      ids.add(cancelAfterEvents(cluster, moment));
    }
    ids.add(cancelWhilePaused(cluster));
    ids.add(cancelAndKill(cluster));
    ids.add(cancelAfterTheEnd(cluster));

    long cancelled = 0;
    for (String id : ids) {
      CommandOutcome answer = cluster.jobs().awaitAnswer(id, "cancel");
      EventRecord.Event end =
          Eventually.present(
              id + " ends",
              () ->
                  cluster.jobs().events(id).stream()
                      .map(EventRecord::event)
                      .filter(JobFacts::isEnd)
                      .findFirst());
      if (answer == CommandOutcome.CANCELLED) {
        cancelled++;
        assertTrue(end instanceof EventRecord.Cancelled, () -> id + ": " + end);
      } else {
        assertEquals(CommandOutcome.ALREADY_FINISHED, answer, id);
        assertTrue(end instanceof EventRecord.Succeeded, () -> id + ": " + end);
      }
    }
    assertTrue(cancelled >= 4, cancelled + " cancelled");
    assertEquals(CommandOutcome.ALREADY_FINISHED, cluster.jobs().awaitAnswer("f28-done", "cancel"));
    outcome.fired(cancelled + " of " + ids.size() + " were cancelled, the others had ended");
  }

  private static String cancelBeforeTheRequest(FaultCluster cluster) throws Exception {
    cluster.order("f28-early", new JobCommand.Cancel());
    cluster.submit(Jobs.synthetic("f28-early", 20, 20));
    return "f28-early";
  }

  private static String cancelAfterEvents(FaultCluster cluster, int moment) throws Exception {
    String id = "f28-" + moment;
    cluster.submit(Jobs.synthetic(id, 40, 20));
    Eventually.holds(
        id + " has told of " + moment,
        () -> cluster.jobs().events(id).size() >= moment || cluster.jobs().hasEnded(id));
    cluster.order(id, new JobCommand.Cancel());
    return id;
  }

  private static String cancelWhilePaused(FaultCluster cluster) throws Exception {
    cluster.submit(Jobs.synthetic("f28-paused", 500, 20));
    cluster.jobs().awaitStep("f28-paused", "synthetic", 5);
    cluster.order("f28-paused", new JobCommand.Pause());
    assertEquals(CommandOutcome.PAUSED, cluster.jobs().awaitAnswer("f28-paused", "pause"));
    cluster.order("f28-paused", new JobCommand.Cancel());
    return "f28-paused";
  }

  private static String cancelAndKill(FaultCluster cluster) throws Exception {
    cluster.submit(Jobs.synthetic("f28-killed", 500, 20));
    cluster.jobs().awaitStep("f28-killed", "synthetic", 5);
    Part victim = cluster.holder("f28-killed", "synthetic");
    cluster.order("f28-killed", new JobCommand.Cancel());
    victim.kill();
    return "f28-killed";
  }

  private static String cancelAfterTheEnd(FaultCluster cluster) throws Exception {
    cluster.submit(Jobs.synthetic("f28-done", 5, 10));
    cluster.jobs().awaitSuccess("f28-done");
    cluster.order("f28-done", new JobCommand.Cancel());
    return "f28-done";
  }
}
