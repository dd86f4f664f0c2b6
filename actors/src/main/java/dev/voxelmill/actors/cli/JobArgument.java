package dev.voxelmill.actors.cli;

import dev.voxelmill.protocols.job.JobId;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code ID} or {@code TENANT/ID}. */
final class JobArgument implements ITypeConverter<JobId> {
  @Override
  public JobId convert(String text) {
    try {
      return text.indexOf('/') < 0 ? new JobId(JobId.DEFAULT_TENANT, text) : JobId.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
