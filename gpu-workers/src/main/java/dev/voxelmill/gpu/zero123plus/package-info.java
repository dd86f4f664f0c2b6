/**
 * Zero123++: one picture to six views in one canvas, with the networks of a diffusers folder.
 *
 * <p>Reference: SUDO-AI-3D/zero123plus at 7d0315c, diffusers-support/pipeline.py. Noise comes from
 * outside, under the names of {@link dev.voxelmill.gpu.zero123plus.CanvasNoise}, where the original
 * draws some of it from a global generator.
 */
package dev.voxelmill.gpu.zero123plus;
