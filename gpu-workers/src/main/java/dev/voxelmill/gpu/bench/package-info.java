/** Timings of single stages, printed by {@code ./voxelmill bench}. */
package dev.voxelmill.gpu.bench;
