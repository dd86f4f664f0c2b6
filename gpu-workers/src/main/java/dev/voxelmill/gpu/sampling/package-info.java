/**
 * Samplers of diffusion models as their authors' libraries configure and number them.
 *
 * <p>A sampler is data: {@link dev.voxelmill.gpu.sampling.SamplingPlan} lists, for every call of
 * the network, the timestep to ask at and weighted sums that turn the tensors at hand into the next
 * ones. The plans of DDIM, DDPM, PNDM, Euler, ancestral Euler, UniPC and DPM-Solver are pure
 * functions of a {@code scheduler_config.json}; one class, {@link
 * dev.voxelmill.gpu.sampling.SamplerKernel}, carries any of them out. What must be remembered
 * between two calls is a {@link dev.voxelmill.gpu.sampling.SamplerState}: a number and named
 * tensors, so every sampler can be interrupted anywhere. Noise always comes from outside.
 */
package dev.voxelmill.gpu.sampling;
