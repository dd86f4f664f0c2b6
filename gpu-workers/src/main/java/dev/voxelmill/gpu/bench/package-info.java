/**
 * Timings of single stages, printed by {@code ./voxelmill bench}, and of the heavy parts against
 * yardsticks written in plain PyTorch.
 */
package dev.voxelmill.gpu.bench;
