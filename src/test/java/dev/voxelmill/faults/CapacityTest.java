package dev.voxelmill.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.job.JobId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many jobs, each small, over processes of their own; minutes each. */
@Tag("faults")
@ExtendWith(FaultExtension.class)
class CapacityTest {
  private static final int SHORT_JOBS = 1000;
  private static final int WARM = 300;
  private static final long HEAP_ALLOWANCE = 16 << 20;
  private static final long RESIDENT_ALLOWANCE = 96 << 20;
  private static final int THREAD_ALLOWANCE = 8;

  private static final int REQUESTS = 10_000;
  private static final int TENANTS = 100;
  private static final int OF_EACH = 50;
  private static final String HOG = "hog";

  /** Device time of a tenant before it is compared: more than twenty of its jobs. */
  private static final double SECONDS_EACH = 5;

  /** Heap of all supervisors for a queued job. */
  private static final long HEAP_PER_JOB = 8 << 10;

  @Test
  @Fault(
      id = "F32",
      what = "a thousand short jobs through a broker, a supervisor and a worker of their own",
      also =
          "heap after collection, resident memory and threads of supervisor and worker as after the"
              + " first three hundred")
  void aThousandShortJobsLeaveEveryProcessAsItWas(Outcome outcome) throws Exception {
    Path directory = Files.createTempDirectory("voxelmill-soak-");
    try (FaultCluster cluster = FaultCluster.start(directory, Layout.here(1, 1));
        Crowd crowd = new Crowd(cluster.layout().installation())) {
      List<Part> parts = List.of(cluster.supervisor(0), cluster.workers().getFirst());
      submitShort(crowd, 0, WARM);
      Map<Part, ProcessUse> warm = use(parts);

      submitShort(crowd, WARM, SHORT_JOBS);
      Map<Part, ProcessUse> after = use(parts);

      assertEquals(SHORT_JOBS, crowd.delivered());
      List<String> seen = new ArrayList<>();
      for (Part part : parts) {
        ProcessUse was = warm.get(part);
        ProcessUse is = after.get(part);
        String both = part.name() + ": " + was + " -> " + is;
        assertTrue(is.heap() - was.heap() < HEAP_ALLOWANCE, both);
        assertTrue(is.resident() - was.resident() < RESIDENT_ALLOWANCE, both);
        assertTrue(is.threads() - was.threads() < THREAD_ALLOWANCE, both);
        seen.add(both);
      }
      outcome.fired(SHORT_JOBS, String.join("; ", seen));
      cluster.assertSound();
    }
  }

  private static void submitShort(Crowd crowd, int from, int to) {
    for (int job = from; job < to; job++) {
      crowd.submit(Jobs.brief(new JobId(JobId.DEFAULT_TENANT, "f32-" + job), 5, 3, 0));
    }
    crowd.awaitEnded(to);
  }

  private static Map<Part, ProcessUse> use(List<Part> parts) {
    Map<Part, ProcessUse> use = new LinkedHashMap<>();
    parts.forEach(part -> use.put(part, ProcessUse.of(part)));
    return use;
  }

  @Test
  @Fault(
      id = "F25",
      what =
          "ten thousand requests of a hundred tenants, half of them one hog's at the highest"
              + " priority, accepted by three supervisors, then run by four workers",
      also =
          "every tenant's share of device time within 10 % of equal; less than 8 KiB of the"
              + " supervisors' heap for each queued job; what is cancelled then ends")
  void aHogAmongAHundredTenantsGetsItsShareAndNoMore(Outcome outcome) throws Exception {
    Path directory = Files.createTempDirectory("voxelmill-crowd-");
    try (FaultCluster cluster = FaultCluster.start(directory, Layout.here(3, 4));
        Crowd crowd = new Crowd(cluster.layout().installation())) {
      for (Part worker : cluster.workers()) {
        worker.kill();
      }
      long before = heap(cluster.supervisors());
      List<JobId> jobs = submitCrowd(crowd);
      crowd.awaitAccepted(REQUESTS);
      long grown = heap(cluster.supervisors()) - before;

      cluster.heal();
      Eventually.holds(
          "each tenant had time for many jobs",
          () -> sum(crowd.deviceSeconds()) > SECONDS_EACH * TENANTS);
      Map<String, Double> seconds = crowd.deviceSeconds();
      Set<JobId> ended = crowd.ended();

      double fair = sum(seconds) / TENANTS;
      assertEquals(TENANTS, seconds.size(), seconds::toString);
      seconds.forEach(
          (tenant, used) -> assertEquals(fair, used, fair * 0.1, () -> tenant + " of " + seconds));
      assertTrue(
          tenants().stream().allMatch(tenant -> backlog(jobs, ended, tenant) > 0),
          "a tenant had nothing left to run");
      assertTrue(grown < REQUESTS * HEAP_PER_JOB, grown + " bytes for the whole queue");
      outcome.fired(
          REQUESTS,
          "%d jobs ran, %.2f to %.2f s of devices each, the hog %.2f; %.1f KB of heap a queued job"
              .formatted(
                  ended.size(),
                  seconds.values().stream().mapToDouble(s -> s).min().orElseThrow(),
                  seconds.values().stream().mapToDouble(s -> s).max().orElseThrow(),
                  seconds.get(HOG),
                  grown / 1e3 / REQUESTS));

      jobs.stream().filter(job -> !ended.contains(job)).forEach(crowd::cancel);
      crowd.awaitEnded(REQUESTS);
      cluster.assertSound();
    }
  }

  /** One of each tenant after the other, the hog's in between and what is left of them last. */
  private static List<JobId> submitCrowd(Crowd crowd) {
    List<JobId> jobs = new ArrayList<>();
    for (int round = 0; round < OF_EACH; round++) {
      for (String tenant : tenants()) {
        jobs.add(new JobId(tenant, "f25-" + round));
        crowd.submit(
            tenant.equals(HOG)
                ? Jobs.brief(jobs.getLast(), 9, 4, 50)
                : Jobs.brief(jobs.getLast(), round % 9, 1 + round % 4, 50));
      }
    }
    for (int more = OF_EACH; jobs.size() < REQUESTS; more++) {
      jobs.add(new JobId(HOG, "f25-" + more));
      crowd.submit(Jobs.brief(jobs.getLast(), 9, 4, 50));
    }
    return jobs;
  }

  private static List<String> tenants() {
    List<String> tenants = new ArrayList<>(List.of(HOG));
    for (int tenant = 1; tenant < TENANTS; tenant++) {
      tenants.add("t" + tenant);
    }
    return tenants;
  }

  private static long backlog(List<JobId> jobs, Set<JobId> ended, String tenant) {
    return jobs.stream().filter(job -> job.tenant().equals(tenant) && !ended.contains(job)).count();
  }

  private static double sum(Map<String, Double> seconds) {
    return seconds.values().stream().mapToDouble(s -> s).sum();
  }

  private static long heap(List<Part> parts) {
    return parts.stream().mapToLong(part -> ProcessUse.of(part).heap()).sum();
  }
}
