package dev.voxelmill.actors.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.topic.FleetRecord;
import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerReport.Progress;
import dev.voxelmill.protocols.worker.WorkerStatus;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class FleetTableTest {
  private static final Instant AT = Instant.parse("2026-11-21T12:00:00Z");

  @Test
  void itShowsMemoryModelsAndTheRunningAttemptOfEveryWorker() {
    WorkerStatus busy =
        worker(
            "w1",
            List.of("tiny", "toy-prior"),
            new WorkerStatus.RunningTask(
                new TaskRef(new JobId("acme", "a"), "distill"),
                2,
                new Progress(40, 100, 1, Double.NaN, 60)));
    FleetRecord fleet =
        new FleetRecord(
            1,
            AT,
            List.of(busy, worker("w2", List.of())),
            2,
            List.of(),
            3,
            List.of(),
            0,
            List.of());

    String text = FleetTable.text(FleetTable.Snapshot.of(fleet, AT.plusSeconds(1)));

    assertEquals(
        """
        WORKER                 PID      HOST            DEVICE   CLASS                        MEMORY   MODELS                   RUNNING
        w1                     7        10.0.0.4        cpu      cpu-x/2                      8GiB     tiny,toy-prior           acme/a/distill#2 40/100
        w2                     7        10.0.0.4        cpu      cpu-x/2                      8GiB     -                        idle
        3 waiting for a worker
        """,
        text);
  }

  private static WorkerStatus worker(
      String name, List<String> models, WorkerStatus.RunningTask... running) {
    return new WorkerStatus(
        new WorkerId(name),
        7,
        "10.0.0.4",
        "cpu",
        "cpu-x/2",
        8L << 30,
        new TreeSet<>(models),
        List.of(running),
        false);
  }
}
