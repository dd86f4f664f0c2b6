/**
 * The voxel radiance field and everything that is differentiated through it.
 *
 * <p>Rays and boxes are plain Java in double precision; rendering, its hand-written backward pass,
 * the losses and the optimisers are TorchScript kernels beside these classes. Rendering follows SJC
 * (pals-ttic/sjc at 509138a, {@code voxnerf/}) and Zero-1-to-3's 3drec (cvlab-columbia/zero123 at
 * f426883), whose recorded numbers the tests reproduce.
 */
package dev.voxelmill.gpu.field;
