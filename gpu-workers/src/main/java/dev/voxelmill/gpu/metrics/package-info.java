/**
 * How well a picture or a mesh agrees with the truth: PSNR, SSIM, distances between point sets,
 * overlap of volumes and silhouettes, and intervals for their means.
 *
 * <p>Everything is exact and deterministic: nearest neighbours are not approximate, occupancy is
 * decided without tolerances, and what is sampled is seeded.
 */
package dev.voxelmill.gpu.metrics;
