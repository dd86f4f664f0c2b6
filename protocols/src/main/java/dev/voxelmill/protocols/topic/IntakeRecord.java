package dev.voxelmill.protocols.topic;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.job.Sha256;
import java.time.Instant;

/** What a client sent, validated and at the home partition of its job, on {@code intake}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = IntakeRecord.Submitted.class, name = "submitted"),
  @JsonSubTypes.Type(value = IntakeRecord.Ordered.class, name = "ordered")
})
public sealed interface IntakeRecord {
  /** The job that it is about, also the record's key. */
  JobId job();

  /** Where the client's record is: {@code topic/partition/offset}. */
  String source();

  /** When the brokers appended the client's record; no client's clock. */
  Instant at();

  /**
   * A request.
   *
   * @param bodyHash hash of what is asked, apart from who asks
   */
  record Submitted(JobRequest request, Sha256 bodyHash, String source, Instant at)
      implements IntakeRecord {
    @Override
    public JobId job() {
      return request.job();
    }
  }

  /** A command. */
  record Ordered(JobCommand command, String source, Instant at) implements IntakeRecord {
    @Override
    public JobId job() {
      return command.job();
    }
  }
}
