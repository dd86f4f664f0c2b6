package dev.voxelmill.actors.history;

import static java.util.Objects.requireNonNull;

/**
 * How a promise shows as not kept.
 *
 * @param subject the job, attempt or source position that it is about
 * @param open true when time may still mend it, as that a job has not ended yet; once the
 *     installation had the time, an open finding is a broken promise too
 */
public record Finding(Promise promise, String subject, String what, boolean open) {
  public Finding {
    requireNonNull(promise, "promise");
    requireNonNull(subject, "subject");
    requireNonNull(what, "what");
  }

  @Override
  public String toString() {
    return promise.words() + ": " + subject + ": " + what;
  }
}
