package dev.voxelmill.actors.nemesis;

/**
 * What shows that a fault has happened, or why nothing does.
 *
 * @param how such as {@code exit code 137}; equal ones are counted
 */
record Proof(boolean fired, String how) {
  static Proof of(String how) {
    return new Proof(true, how);
  }

  static Proof none(String why) {
    return new Proof(false, why);
  }
}
