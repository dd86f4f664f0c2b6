package dev.voxelmill.gpu.worker;

import dev.voxelmill.protocols.geometry.ByteSize;
import dev.voxelmill.protocols.geometry.ViewCamera;
import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.ChunkRef;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.plan.Methods;
import dev.voxelmill.protocols.plan.ParameterCheck;
import dev.voxelmill.protocols.plan.TaskKind;
import dev.voxelmill.protocols.plan.TaskSpec;
import dev.voxelmill.protocols.worker.Assignment;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Assignments of a task {@code distill} whose job is named by the test. */
final class Assignments {
  static final String DEVICE_CLASS = "cpu/test";

  static final DeviceLimits LIMITS =
      new DeviceLimits(
          Duration.ofSeconds(2),
          Duration.ofMillis(150),
          Duration.ofMillis(5),
          Duration.ofMinutes(1),
          3,
          ByteSize.parse("1GiB"));

  static final JobFailure FAILURE = new JobFailure(JobFailure.Code.NOT_FINITE, "loss: NaN", false);

  private Assignments() {}

  static Assignment of(String job, int attempt) {
    return of(job, attempt, Map.of());
  }

  static Assignment of(String job, int attempt, Map<String, String> parameters) {
    return new Assignment(
        attempt,
        3,
        new TaskSpec("distill", TaskKind.DISTILL, List.of()),
        request(job, parameters),
        Map.of(),
        List.of());
  }

  static Assignment from(Assignment first, int attempt, List<CheckpointManifest> checkpoints) {
    return new Assignment(
        attempt, first.partition(), first.spec(), first.request(), Map.of(), checkpoints);
  }

  static CheckpointManifest manifest(Assignment assignment, int number) {
    return new CheckpointManifest(
        assignment.spec().name(),
        assignment.attempt(),
        number,
        number,
        assignment.partition(),
        CheckpointManifest.PayloadCodec.NONE,
        0,
        List.of(new ChunkRef(number, 0, 0)),
        DEVICE_CLASS);
  }

  private static JobRequest request(String job, Map<String, String> parameters) {
    return new JobRequest(
        new JobId(JobId.DEFAULT_TENANT, job),
        Methods.IMAGE_TO_3D.name(),
        new JobRequest.ImageRef("image/png", 1, 1, new BlobRef("0".repeat(64), 0, 0, List.of())),
        ViewCamera.DEFAULT,
        7,
        ((ParameterCheck.Accepted) Methods.IMAGE_TO_3D.check(parameters)).parameters(),
        List.of(),
        JobRequest.DEFAULT_PRIORITY);
  }
}
