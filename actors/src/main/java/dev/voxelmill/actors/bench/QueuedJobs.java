package dev.voxelmill.actors.bench;

import dev.voxelmill.protocols.geometry.ViewCamera;
import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.ChunkRef;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.job.Sha256;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.plan.Method;
import dev.voxelmill.protocols.plan.ParameterCheck;
import dev.voxelmill.protocols.plan.Plans;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Jobs that were accepted and wait, as many as a bench wants. */
final class QueuedJobs {
  private QueuedJobs() {}

  /** The job of that number, with the method's default parameters; one of a hundred tenants. */
  static JobState accepted(Method method, int number, Instant at) {
    ParameterCheck.Accepted defaults = (ParameterCheck.Accepted) method.check(Map.of());
    String sha256 = "%064x".formatted(number);
    BlobRef blob = new BlobRef(sha256, 20_000, 0, List.of(new ChunkRef(number, 20_000, number)));
    JobRequest request =
        new JobRequest(
            new JobId("tenant-" + number % 100, "job-" + number),
            method.name(),
            new JobRequest.ImageRef("image/png", 256, 256, blob),
            ViewCamera.DEFAULT,
            number,
            defaults.parameters(),
            List.of(),
            JobRequest.DEFAULT_PRIORITY);
    return JobState.accepted(request, Sha256.parse(sha256), Plans.of(request), at).next();
  }
}
