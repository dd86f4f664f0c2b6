package dev.voxelmill.gpu.worker;

import dev.voxelmill.protocols.config.Section;
import dev.voxelmill.protocols.geometry.ByteSize;
import java.time.Duration;

/**
 * What a device may take upon itself; part of the {@code worker} section, which gives each value
 * and its reason.
 *
 * @param preview how often a running task shows its state
 * @param unsavedWork how far a task may get beyond its last durable state
 * @param retry pause before a read or a write that the log did not answer is tried again
 * @param stepDeadline after which a step is taken to hang
 * @param quarantineAfter device errors in a row, without any progress between them
 * @param memory the most that the process may hold
 */
record DeviceLimits(
    Duration preview,
    Duration unsavedWork,
    Duration retry,
    Duration stepDeadline,
    int quarantineAfter,
    ByteSize memory) {
  private static final int MOST_ERRORS = 100;

  static DeviceLimits from(Section section) {
    return new DeviceLimits(
        section.positiveDuration("preview"),
        section.positiveDuration("unsaved-work"),
        section.positiveDuration("retry"),
        section.positiveDuration("step-deadline"),
        section.integer("quarantine-after", 1, MOST_ERRORS),
        section.positiveSize("memory"));
  }
}
