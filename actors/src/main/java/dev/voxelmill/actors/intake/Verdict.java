package dev.voxelmill.actors.intake;

import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.topic.IntakeRecord;

/** What is to become of a submission. */
sealed interface Verdict {
  /** It goes to its owner. */
  record Forward(IntakeRecord record) implements Verdict {}

  /**
   * It goes to the dead letters.
   *
   * @param code stable, for programs
   * @param reason what to mend, for people
   * @param about the job that it asked for; where none could be read, one named by its position
   * @param source {@code topic/partition/offset}
   */
  record Bury(String code, String reason, JobId about, String source) implements Verdict {}
}
