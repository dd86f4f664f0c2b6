/**
 * The networks of diffusers folders: each is printed from its {@code config.json} and filled from
 * its safetensors. Names of modules and parameters are those of diffusers; the behaviour follows
 * diffusers v0.20.2 (models/unet_2d_condition.py, controlnet.py, autoencoder_kl.py).
 */
package dev.voxelmill.gpu.nn.diffusers;
