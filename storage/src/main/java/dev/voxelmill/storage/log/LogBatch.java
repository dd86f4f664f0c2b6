package dev.voxelmill.storage.log;

import java.util.List;
import java.util.OptionalLong;

/**
 * What one decision of the owner leaves behind; durable and visible together or not at all.
 *
 * @param entries in the order in which readers of one topic see them
 * @param nextIntakeOffset the first intake record that is not dealt with yet, if this batch deals
 *     with one
 */
public record LogBatch(List<LogEntry> entries, OptionalLong nextIntakeOffset) {
  /** Nothing; that it can be committed says that no other owner has opened the log since. */
  public static final LogBatch NOTHING = LogBatch.of(List.of());

  public LogBatch {
    entries = List.copyOf(entries);
  }

  /** Entries that no intake record caused. */
  public static LogBatch of(List<LogEntry> entries) {
    return new LogBatch(entries, OptionalLong.empty());
  }

  /** Entries that the intake record before {@code nextIntakeOffset} caused. */
  public static LogBatch of(List<LogEntry> entries, long nextIntakeOffset) {
    return new LogBatch(entries, OptionalLong.of(nextIntakeOffset));
  }
}
