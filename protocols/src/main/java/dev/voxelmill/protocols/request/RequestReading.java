package dev.voxelmill.protocols.request;

import dev.voxelmill.protocols.job.JobId;
import java.util.Optional;

/** What became of the bytes of a submission. */
public sealed interface RequestReading {
  /** It can be planned once its picture is found to be one. */
  record Valid(SubmittedRequest request) implements RequestReading {}

  /**
   * It cannot be accepted.
   *
   * @param code stable, for programs: {@code not-json}, {@code schema}, {@code unknown-method},
   *     {@code parameters}, {@code image} or {@code depth}
   * @param reason what to mend, for people
   * @param job who asked, as far as that could be read
   */
  record Invalid(String code, String reason, Optional<JobId> job) implements RequestReading {}
}
