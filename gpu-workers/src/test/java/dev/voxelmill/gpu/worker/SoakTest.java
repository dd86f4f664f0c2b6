package dev.voxelmill.gpu.worker;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.gpu.task.MemoryBudget;
import dev.voxelmill.gpu.task.TinyJob;
import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.plan.Methods;
import dev.voxelmill.protocols.plan.Plans;
import dev.voxelmill.protocols.plan.TaskSpec;
import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.OwnerMessage.FromWorker;
import dev.voxelmill.protocols.worker.WorkerCommand;
import dev.voxelmill.protocols.worker.WorkerReport;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A thousand short jobs leave heap, native memory and threads where they were. */
class SoakTest {
  private static final int JOBS = 1000;
  private static final int WARM = 300;

  /** The serial collector compacts all of the heap only each fourth time. */
  private static final int FULL_COLLECTIONS = 4;

  private static final int REAL_EVERY = 50;
  private static final long HEAP_ALLOWANCE = 8 << 20;
  private static final long RESIDENT_ALLOWANCE = 64 << 20;
  private static final int THREAD_ALLOWANCE = 8;

  private final MemoryArchive archive = new MemoryArchive();

  private record Use(long heap, long resident, int threads) {
    static Use now() {
      for (int i = 0; i < FULL_COLLECTIONS; i++) {
        System.gc();
      }
      return new Use(
          ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
          MemoryBudget.residentBytes(),
          ManagementFactory.getThreadMXBean().getThreadCount());
    }
  }

  @Test
  void aThousandShortJobsLeaveMemoryAndThreadsFlat() throws Exception {
    BlobRef picture = archive.write(TinyJob.picture()).toCompletableFuture().join();
    JobRequest synthetic =
        TinyJob.request(
            Methods.SYNTHETIC,
            Map.of(
                "synthetic.steps", "3",
                "synthetic.stepMillis", "0",
                "synthetic.memoryBytes", "1000000"));
    JobRequest real = TinyJob.request(TinyJob.PARAMETERS);
    try (Fleet fleet = new Fleet(1, archive)) {
      Use warm = Use.now();
      for (int job = 0; job < JOBS; job++) {
        run(fleet, job % REAL_EVERY == 0 ? real : synthetic, "job-" + job, picture);
        if (job == WARM) {
          warm = Use.now();
        }
      }
      Use after = Use.now();

      String both = warm + " -> " + after;
      assertTrue(after.heap - warm.heap < HEAP_ALLOWANCE, both);
      assertTrue(after.resident - warm.resident < RESIDENT_ALLOWANCE, both);
      assertTrue(after.threads - warm.threads < THREAD_ALLOWANCE, both);
    }
  }

  /** The first task of a job's plan, from grant to completion. */
  private static void run(Fleet fleet, JobRequest like, String id, BlobRef picture)
      throws InterruptedException {
    JobRequest request =
        new JobRequest(
            new JobId(JobId.DEFAULT_TENANT, id),
            like.method(),
            new JobRequest.ImageRef("image/png", 32, 32, picture),
            like.camera(),
            like.seed(),
            like.parameters(),
            like.outputs(),
            like.priority());
    TaskSpec spec = Plans.of(request).tasks().getFirst();
    Fleet.Hand hand = fleet.take();
    hand.address()
        .tell(new WorkerCommand.Run(new Assignment(1, 0, spec, request, Map.of(), List.of())));
    while (true) {
      FromWorker message = fleet.report(request.job());
      if (message.number() > 0) {
        hand.address().tell(new WorkerCommand.Acknowledge(message.task(), 1, message.number()));
      }
      if (message.report() instanceof WorkerReport.Completed) {
        fleet.forget(request.job());
        fleet.giveBack(hand);
        return;
      }
      if (message.report() instanceof WorkerReport.Failed failed) {
        throw new AssertionError(failed.failure().message());
      }
    }
  }
}
