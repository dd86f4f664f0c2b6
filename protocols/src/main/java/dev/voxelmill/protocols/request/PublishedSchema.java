package dev.voxelmill.protocols.request;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.voxelmill.protocols.job.JobId;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A published JSON Schema, and how the bytes of a client are held to it. */
final class PublishedSchema {
  private static final int MAX_PROBLEMS = 5;
  private static final int MAX_REASON_CHARS = 1000;
  private static final ObjectReader READER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(JsonNode.class);

  /** What became of the bytes. */
  sealed interface Reading {}

  /** JSON that obeys the schema, which asks for a job's identity. */
  record Obedient(JsonNode json, JobId job) implements Reading {}

  /** Not JSON, or not as the schema says; {@code job} as far as it could be read. */
  record Refused(String code, String reason, Optional<JobId> job) implements Reading {}

  private final Schema schema;

  /** The schema of that resource on the class path. */
  PublishedSchema(String resource) {
    try (InputStream in = PublishedSchema.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("class path: no " + resource);
      }
      schema =
          SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
              .getSchema(in, InputFormat.JSON);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + resource, e);
    }
  }

  Reading read(byte[] bytes) {
    JsonNode json;
    try {
      json = READER.readValue(bytes);
    } catch (IOException notJson) {
      return refused("not-json", "the value is not JSON: " + shortened(notJson), Optional.empty());
    }
    Optional<JobId> job = jobOf(json);
    List<Error> errors = schema.validate(json);
    return errors.isEmpty()
        ? new Obedient(json, job.orElseThrow())
        : refused("schema", described(errors), job);
  }

  /** A reason that fits into a header. */
  static String cut(String reason) {
    return reason.length() <= MAX_REASON_CHARS ? reason : reason.substring(0, MAX_REASON_CHARS);
  }

  private static Refused refused(String code, String reason, Optional<JobId> job) {
    return new Refused(code, cut(reason), job);
  }

  private static Optional<JobId> jobOf(JsonNode json) {
    try {
      return Optional.of(
          new JobId(json.path("tenant").asText(JobId.DEFAULT_TENANT), json.path("id").asText("")));
    } catch (IllegalArgumentException unusable) {
      return Optional.empty();
    }
  }

  private static String described(List<Error> errors) {
    String first =
        errors.stream()
            .limit(MAX_PROBLEMS)
            .map(error -> error.getInstanceLocation() + ": " + error.getMessage())
            .collect(Collectors.joining("; "));
    int more = errors.size() - MAX_PROBLEMS;
    return more > 0 ? first + "; and " + more + " more" : first;
  }

  /** The parser's message without an excerpt of the source, which may be megabytes of Base64. */
  private static String shortened(IOException problem) {
    return problem instanceof JsonProcessingException json
        ? json.getOriginalMessage()
        : problem.getMessage();
  }
}
