/**
 * Zero-1-to-3 (Liu et al., 2023): one picture and relative poses to pictures from there, with the
 * networks of a diffusers folder.
 *
 * <p>{@link dev.voxelmill.gpu.zero123.RelativePose} is the camera as the network knows it, {@link
 * dev.voxelmill.gpu.zero123.Zero123Model} holds the networks: {@link
 * dev.voxelmill.gpu.zero123.Zero123Sight} makes of a picture and poses what {@link
 * dev.voxelmill.gpu.zero123.GuidedNetwork} is conditioned on, and {@link
 * dev.voxelmill.gpu.zero123.LatentCodec} leads from latents to pictures. {@link
 * dev.voxelmill.gpu.zero123.Zero123Views} denoises step by step, so that it can stop anywhere.
 */
package dev.voxelmill.gpu.zero123;
