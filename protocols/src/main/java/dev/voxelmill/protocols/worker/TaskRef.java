package dev.voxelmill.protocols.worker;

import dev.voxelmill.protocols.job.JobId;

/** One task of one job. */
public record TaskRef(JobId job, String task) {
  @Override
  public String toString() {
    return job + "/" + task;
  }
}
