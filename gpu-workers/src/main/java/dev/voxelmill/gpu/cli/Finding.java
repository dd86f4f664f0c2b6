package dev.voxelmill.gpu.cli;

/**
 * What {@code doctor} found out about one thing.
 *
 * @param subject what was looked at
 * @param verdict whether it will do
 * @param found what is there
 * @param fix how to mend it; empty when there is nothing to mend
 */
record Finding(String subject, Verdict verdict, String found, String fix) {
  /** How serious a finding is. */
  enum Verdict {
    /** As it should be. */
    GOOD,
    /** Works, with a limit that the finding names. */
    LIMITED,
    /** Something that every job needs does not work. */
    BROKEN
  }

  static Finding good(String subject, String found) {
    return new Finding(subject, Verdict.GOOD, found, "");
  }

  static Finding limited(String subject, String found, String fix) {
    return new Finding(subject, Verdict.LIMITED, found, fix);
  }

  static Finding broken(String subject, String found, String fix) {
    return new Finding(subject, Verdict.BROKEN, found, fix);
  }
}
