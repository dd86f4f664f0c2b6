package dev.voxelmill.protocols.request;

import com.fasterxml.jackson.databind.JsonNode;
import dev.voxelmill.protocols.geometry.ViewCamera;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.plan.Method;
import dev.voxelmill.protocols.plan.Methods;
import dev.voxelmill.protocols.plan.ParameterCheck;
import dev.voxelmill.protocols.request.PublishedSchema.Obedient;
import dev.voxelmill.protocols.request.PublishedSchema.Refused;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Reads the bytes of a submission. Whatever they are, the answer is a value: a client's mistake is
 * no exception here.
 */
public final class RequestCodec {
  /** Where the published schema lies on the class path. */
  public static final String SCHEMA_RESOURCE =
      "/dev/voxelmill/protocols/schemas/request.schema.json";

  /** Limits of a job, which are parameters of every method under {@code budget}. */
  private static final List<String> LIMITS = List.of("maxSeconds", "maxSteps");

  private static final String IMAGE = "image";
  private static final String DEPTH = "depth";
  private static final List<String> PICTURES = List.of(IMAGE, DEPTH);

  private final PublishedSchema schema = new PublishedSchema(SCHEMA_RESOURCE);

  /** The request that the bytes are, or why they are none. */
  public RequestReading read(byte[] bytes) {
    return switch (schema.read(bytes)) {
      case Refused refused ->
          new RequestReading.Invalid(refused.code(), refused.reason(), refused.job());
      case Obedient obedient -> read(obedient.json(), obedient.job());
    };
  }

  private static RequestReading read(JsonNode json, JobId job) {
    String name = json.path("method").asText(Methods.IMAGE_TO_3D.name());
    Optional<Method> method = Methods.named(name);
    if (method.isEmpty()) {
      String known = Methods.all().stream().map(Method::name).collect(Collectors.joining(", "));
      return invalid(
          "unknown-method", "method: '%s' (expected: %s)".formatted(name, known), Optional.of(job));
    }
    Map<String, String> given = new TreeMap<>();
    Optional<String> twice = flatten("", json.path("parameters"), given);
    if (twice.isPresent()) {
      return invalid(
          "parameters", "parameters.%s: given twice".formatted(twice.get()), Optional.of(job));
    }
    for (String limit : LIMITS) {
      if (json.has(limit) && given.put("budget." + limit, text(json.path(limit))) != null) {
        return invalid("parameters", limit + ": given twice", Optional.of(job));
      }
    }
    return switch (method.get().check(given)) {
      case ParameterCheck.Refused refused ->
          invalid("parameters", String.join("; ", refused.problems()), Optional.of(job));
      case ParameterCheck.Accepted accepted -> withPictures(json, job, method.get(), accepted);
    };
  }

  private static RequestReading withPictures(
      JsonNode json, JobId job, Method method, ParameterCheck.Accepted accepted) {
    if (json.has(DEPTH) && !method.takesDepth()) {
      return invalid(
          DEPTH,
          "depth: given (expected: none, as %s takes no picture of depths)"
              .formatted(method.name()),
          Optional.of(job));
    }
    for (String field : PICTURES) {
      try {
        Base64.getDecoder().decode(json.path(field).path("data").asText());
      } catch (IllegalArgumentException notBase64) {
        return invalid(
            field,
            "%s.data: %s (expected: standard Base64 without line breaks)"
                .formatted(field, notBase64.getMessage()),
            Optional.of(job));
      }
    }
    return new RequestReading.Valid(
        new SubmittedRequest(
            job,
            method.name(),
            picture(json, IMAGE),
            json.has(DEPTH) ? Optional.of(picture(json, DEPTH)) : Optional.empty(),
            camera(json.path("camera")),
            json.path("seed").asLong(0),
            accepted.parameters(),
            outputs(json.path("outputs")),
            json.path("priority").asInt(JobRequest.DEFAULT_PRIORITY)));
  }

  private static SubmittedPicture picture(JsonNode json, String field) {
    JsonNode picture = json.path(field);
    return new SubmittedPicture(
        field,
        picture.path("data").textValue(),
        Optional.ofNullable(picture.path("mediaType").textValue()));
  }

  private static ViewCamera camera(JsonNode camera) {
    return new ViewCamera(
        camera.path("elevationDeg").asDouble(ViewCamera.DEFAULT.elevationDeg()),
        camera.path("fovDeg").asDouble(ViewCamera.DEFAULT.fovDeg()),
        camera.path("radius").asDouble(ViewCamera.DEFAULT.radius()));
  }

  /** The GLB is always made, so that naming it or not is the same request. */
  private static List<String> outputs(JsonNode outputs) {
    return StreamSupport.stream(outputs.spliterator(), false)
        .map(JsonNode::textValue)
        .filter(output -> !output.equals("glb"))
        .sorted()
        .toList();
  }

  /** Writes nested objects by dotted name; the answer is a name that occurs twice. */
  private static Optional<String> flatten(String prefix, JsonNode node, Map<String, String> into) {
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      String name = prefix + entry.getKey();
      Optional<String> twice =
          entry.getValue().isObject()
              ? flatten(name + ".", entry.getValue(), into)
              : Optional.ofNullable(into.put(name, text(entry.getValue()))).map(old -> name);
      if (twice.isPresent()) {
        return twice;
      }
    }
    return Optional.empty();
  }

  /** {@code 200}, {@code 200.0} and {@code 2e2} mean the same number. */
  private static String text(JsonNode value) {
    return value.isNumber()
        ? value.decimalValue().stripTrailingZeros().toPlainString()
        : value.asText();
  }

  private static RequestReading.Invalid invalid(String code, String reason, Optional<JobId> job) {
    return new RequestReading.Invalid(code, PublishedSchema.cut(reason), job);
  }
}
