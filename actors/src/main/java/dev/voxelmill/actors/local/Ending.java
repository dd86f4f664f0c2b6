package dev.voxelmill.actors.local;

/**
 * How a process ended that was told to.
 *
 * @param pid 0 if it never lived
 * @param exitCode 0 if it never lived
 * @param forced whether it did not end in time and was killed
 */
public record Ending(long pid, int exitCode, boolean forced) {
  static final Ending NEVER_LIVED = new Ending(0, 0, false);
}
