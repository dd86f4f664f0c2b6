/**
 * Randomness without state. Every random number is a pure function of (seed, stream, step, element)
 * through the counter-based generator Philox, so a checkpoint stores no generator, a step may run
 * on any worker, and two jobs in one process cannot disturb each other. Plain Java: no tensor
 * library is involved, and StrictMath keeps the bits equal everywhere.
 */
package dev.voxelmill.gpu.random;
