/**
 * Measurements of storage on the machine at hand, for people; see docs/BENCHMARKS.md. Nothing
 * depends on it, and it alone beside the tests may start a broker in its own JVM.
 */
package dev.voxelmill.storage.bench;
