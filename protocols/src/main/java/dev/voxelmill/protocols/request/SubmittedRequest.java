package dev.voxelmill.protocols.request;

import static java.util.Objects.requireNonNull;

import dev.voxelmill.protocols.geometry.ViewCamera;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.job.JobRequest;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A request that is well formed, with defaults applied; only its picture has not been looked at.
 *
 * @param imageBase64 the picture's bytes, known to be Base64
 * @param mediaType what the client says the picture is
 * @param parameters every parameter of the method
 * @param outputs wanted files beside the GLB, sorted
 */
public record SubmittedRequest(
    JobId job,
    String method,
    String imageBase64,
    Optional<String> mediaType,
    ViewCamera camera,
    long seed,
    SortedMap<String, String> parameters,
    List<String> outputs,
    int priority) {
  public SubmittedRequest {
    requireNonNull(imageBase64, "imageBase64");
    outputs = List.copyOf(outputs);
  }

  public byte[] imageBytes() {
    return Base64.getDecoder().decode(imageBase64);
  }

  /** The request as it is stored, once its picture is known and kept. */
  public JobRequest with(JobRequest.ImageRef image) {
    return new JobRequest(job, method, image, camera, seed, parameters, outputs, priority);
  }
}
