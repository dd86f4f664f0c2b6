package dev.voxelmill.protocols.request;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.job.Sha256;
import dev.voxelmill.protocols.topic.JsonCodec;
import java.io.UncheckedIOException;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The identity of what is asked, apart from who asks: SHA-256 of the normalised request as JSON
 * with sorted keys, defaults applied and the picture by its own hash. The job's id is left out.
 */
public final class BodyHash {
  private BodyHash() {}

  public static Sha256 of(JobRequest request) {
    SortedMap<String, Object> body = new TreeMap<>();
    body.put("method", request.method());
    body.put("image", request.image().blob().sha256());
    request.depth().ifPresent(depth -> body.put("depth", depth.blob().sha256()));
    body.put("camera", request.camera());
    body.put("seed", request.seed());
    body.put("parameters", request.parameters());
    body.put("outputs", request.outputs());
    body.put("priority", request.priority());
    try {
      return Sha256.of(JsonCodec.mapper().writeValueAsBytes(body));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("cannot write a request as JSON", e);
    }
  }
}
