package dev.voxelmill.actors.nemesis;

import java.util.Optional;

/**
 * What shows that a fault has happened, or why nothing does.
 *
 * @param how such as {@code exit code 137}; equal ones are counted
 * @param otherwise how a process ended that should have ended in good order; only the topics tell
 *     whether the script of its task did that
 */
record Proof(boolean fired, String how, Optional<Exits.Exit> otherwise) {
  static Proof of(String how) {
    return new Proof(true, how, Optional.empty());
  }

  static Proof none(String why) {
    return new Proof(false, why, Optional.empty());
  }

  static Proof ended(Exits.Exit otherwise) {
    return new Proof(false, otherwise.toString(), Optional.of(otherwise));
  }
}
