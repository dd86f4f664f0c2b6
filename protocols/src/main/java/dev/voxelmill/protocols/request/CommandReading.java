package dev.voxelmill.protocols.request;

import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.job.JobId;
import java.util.Optional;

/** What became of the bytes of a command. */
public sealed interface CommandReading {
  /** It goes to the owner of its job. */
  record Valid(JobCommand command) implements CommandReading {}

  /**
   * It cannot be carried out.
   *
   * @param code stable, for programs: {@code not-json} or {@code schema}
   * @param reason what to mend, for people
   * @param job whom it is about, as far as that could be read
   */
  record Invalid(String code, String reason, Optional<JobId> job) implements CommandReading {}
}
