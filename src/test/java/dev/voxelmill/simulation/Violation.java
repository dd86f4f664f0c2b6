package dev.voxelmill.simulation;

/** An invariant does not hold. */
final class Violation extends RuntimeException {
  Violation(String invariant, String what) {
    super(invariant + ": " + what);
  }
}
