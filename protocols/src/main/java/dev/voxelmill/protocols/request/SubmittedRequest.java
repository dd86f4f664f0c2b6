package dev.voxelmill.protocols.request;

import static java.util.Objects.requireNonNull;

import dev.voxelmill.protocols.geometry.ViewCamera;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.job.JobRequest;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A request that is well formed, with defaults applied; only its picture has not been looked at.
 *
 * @param image the picture
 * @param depth a picture of depths, where the method takes one
 * @param parameters every parameter of the method
 * @param outputs wanted files beside the GLB, sorted
 */
public record SubmittedRequest(
    JobId job,
    String method,
    SubmittedPicture image,
    Optional<SubmittedPicture> depth,
    ViewCamera camera,
    long seed,
    SortedMap<String, String> parameters,
    List<String> outputs,
    int priority) {
  public SubmittedRequest {
    requireNonNull(image, "image");
    outputs = List.copyOf(outputs);
  }

  /** The request as it is stored, once its pictures are known and kept. */
  public JobRequest with(JobRequest.ImageRef keptImage, Optional<JobRequest.ImageRef> keptDepth) {
    return new JobRequest(
        job, method, keptImage, keptDepth, camera, seed, parameters, outputs, priority);
  }
}
