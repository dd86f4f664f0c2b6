package dev.voxelmill.actors.nemesis;

import java.time.Duration;

/**
 * Something that is to happen, not before its time.
 *
 * @param at since the installation was ready
 */
record Timed<T>(Duration at, T what) {}
