/**
 * Diffusion as arithmetic: noise schedules, the conversions between what a network predicts and
 * what is wanted, guidance, and samplers whose whole state is explicit. Scalars are float64 in
 * plain Java; tensors are touched by the callers' kernels only.
 */
package dev.voxelmill.gpu.diffusion;
