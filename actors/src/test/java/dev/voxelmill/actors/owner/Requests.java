package dev.voxelmill.actors.owner;

import dev.voxelmill.protocols.geometry.ViewCamera;
import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.job.Sha256;
import dev.voxelmill.protocols.plan.Methods;
import dev.voxelmill.protocols.plan.ParameterCheck;
import java.util.List;
import java.util.Map;

/** Requests that the owners of these tests accept. */
final class Requests {
  /** What their bodies are taken to hash to. */
  static final Sha256 BODY = new Sha256(0, 0, 0, 1);

  private Requests() {}

  /** One for a mesh with every parameter's default, over a picture that nobody reads. */
  static JobRequest of(JobId job) {
    var check = (ParameterCheck.Accepted) Methods.IMAGE_TO_3D.check(Map.of());
    var image =
        new JobRequest.ImageRef("image/png", 1, 1, new BlobRef("0".repeat(64), 1, 0, List.of()));
    return new JobRequest(
        job,
        Methods.IMAGE_TO_3D.name(),
        image,
        ViewCamera.DEFAULT,
        1,
        check.parameters(),
        List.of(),
        5);
  }
}
