package dev.voxelmill.actors.client;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.topic.JsonCodec;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A request as a client writes it. What is absent here is absent in the JSON too, so that its
 * default is the installation's to choose.
 *
 * @param job identity
 * @param method name of a method, such as {@code image-to-3d}
 * @param imageBase64 a PNG, JPEG or WebP file in Base64
 * @param depthBase64 a picture of depths in Base64, for methods that take one
 * @param camera what is known of the camera of the picture
 * @param seed seed of all noise of the job
 * @param parameters parameters that are not to have their defaults, as text by dotted name
 * @param wishes what is wanted beside that
 */
public record Submission(
    JobId job,
    String method,
    String imageBase64,
    Optional<String> depthBase64,
    KnownCamera camera,
    OptionalLong seed,
    SortedMap<String, String> parameters,
    Wishes wishes) {
  public Submission {
    requireNonNull(job, "job");
    requireNonNull(method, "method");
    requireNonNull(imageBase64, "imageBase64");
    requireNonNull(wishes, "wishes");
    parameters = new TreeMap<>(parameters);
  }

  /** A request without a picture of depths. */
  public Submission(
      JobId job,
      String method,
      String imageBase64,
      KnownCamera camera,
      OptionalLong seed,
      SortedMap<String, String> parameters,
      Wishes wishes) {
    this(job, method, imageBase64, Optional.empty(), camera, seed, parameters, wishes);
  }

  /**
   * What a client may want of any method.
   *
   * @param outputs files wanted beside the GLB
   */
  public record Wishes(
      List<String> outputs,
      OptionalInt priority,
      OptionalDouble maxSeconds,
      OptionalLong maxSteps) {
    /** Nothing in particular. */
    public static final Wishes NONE =
        new Wishes(List.of(), OptionalInt.empty(), OptionalDouble.empty(), OptionalLong.empty());

    public Wishes {
      outputs = List.copyOf(outputs);
    }

    private void writeTo(ObjectNode request) {
      if (!outputs.isEmpty()) {
        outputs.forEach(request.putArray("outputs")::add);
      }
      priority.ifPresent(value -> request.put("priority", value));
      maxSeconds.ifPresent(value -> request.put("maxSeconds", value));
      maxSteps.ifPresent(value -> request.put("maxSteps", value));
    }
  }

  /** A camera of which any part may be unknown; degrees. */
  public record KnownCamera(
      OptionalDouble elevationDeg, OptionalDouble fovDeg, OptionalDouble radius) {
    /** Nothing is known. */
    public static final KnownCamera UNKNOWN =
        new KnownCamera(OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());

    private boolean isUnknown() {
      return elevationDeg.isEmpty() && fovDeg.isEmpty() && radius.isEmpty();
    }
  }

  /** The request's JSON as the published schema describes it. */
  public byte[] toJson() {
    ObjectNode request = JsonCodec.mapper().createObjectNode();
    request.put("id", job.id());
    request.put("tenant", job.tenant());
    request.put("method", method);
    request.putObject("image").put("data", imageBase64);
    depthBase64.ifPresent(data -> request.putObject("depth").put("data", data));
    if (!camera.isUnknown()) {
      ObjectNode known = request.putObject("camera");
      camera.elevationDeg().ifPresent(value -> known.put("elevationDeg", value));
      camera.fovDeg().ifPresent(value -> known.put("fovDeg", value));
      camera.radius().ifPresent(value -> known.put("radius", value));
    }
    seed.ifPresent(value -> request.put("seed", value));
    wishes.writeTo(request);
    if (!parameters.isEmpty()) {
      ObjectNode set = request.putObject("parameters");
      for (Map.Entry<String, String> parameter : parameters.entrySet()) {
        set.put(parameter.getKey(), parameter.getValue());
      }
    }
    try {
      return JsonCodec.mapper().writeValueAsBytes(request);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("cannot write a request as JSON", e);
    }
  }
}
