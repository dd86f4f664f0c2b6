/**
 * A seeded mix of faults under load against a local installation. {@link
 * dev.voxelmill.actors.nemesis.Schedule} decides everything in advance, {@link
 * dev.voxelmill.actors.nemesis.Nemesis} carries it out, and {@link
 * dev.voxelmill.actors.nemesis.Verdict} says what came of it.
 */
package dev.voxelmill.actors.nemesis;
