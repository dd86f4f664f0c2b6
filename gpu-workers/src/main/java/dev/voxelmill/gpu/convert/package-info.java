/**
 * Turns what users have into a diffusers folder of safetensors, offline: checkpoints with the
 * original latent diffusion names, and diffusers folders whose weights are pickles. It is the only
 * place where a pickle is read, and it is read as data. {@link
 * dev.voxelmill.gpu.convert.PickleReader} knows the few instructions that tensors need, calls
 * nothing, and refuses what it does not know.
 */
package dev.voxelmill.gpu.convert;
