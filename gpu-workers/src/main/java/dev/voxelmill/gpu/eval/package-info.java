/**
 * Measures assets against held-out toys whose true shape is known: the delivered GLB as delivered,
 * without alignment, beside baselines that any method must beat. The definitions of the figures are
 * in docs/CONVENTIONS.md.
 */
package dev.voxelmill.gpu.eval;
