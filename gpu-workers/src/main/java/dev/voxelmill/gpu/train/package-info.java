/**
 * Training of the default prior: batches of toys drawn from counters, one kernel call per step, and
 * a state on disk from which a run continues to the same bytes. Everything random is a function of
 * (seed, step), so there is no generator to save.
 */
package dev.voxelmill.gpu.train;
