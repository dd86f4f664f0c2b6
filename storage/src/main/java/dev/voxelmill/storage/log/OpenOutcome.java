package dev.voxelmill.storage.log;

import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.lifecycle.JobState;
import java.time.Duration;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** What became of the attempt to open a partition's log. */
public sealed interface OpenOutcome {
  /** The caller owns the partition from now on, until somebody else opens it. */
  record Opened(PartitionLog log, Replay replay) implements OpenOutcome {}

  /** The brokers did not answer, refused, or hold a record that is not a state. */
  record Unavailable(Throwable cause) implements OpenOutcome {}

  /**
   * What the partition remembers.
   *
   * @param states of every job that was not forgotten
   * @param nextIntakeOffset the first intake record to deal with
   * @param records how many were read to learn this
   * @param took from the first call to the last record
   */
  record Replay(
      SortedMap<JobId, JobState> states, long nextIntakeOffset, long records, Duration took) {
    public Replay {
      states = Collections.unmodifiableSortedMap(new TreeMap<>(states));
    }
  }
}
