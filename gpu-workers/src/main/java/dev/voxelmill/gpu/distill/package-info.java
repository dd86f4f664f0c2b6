/**
 * Score Jacobian Chaining: a voxel field refined until what it shows looks likely to a diffusion
 * model from every side.
 *
 * <p>A step renders views, perturbs them with noise, asks a denoiser where they should move, and
 * carries that direction back into the field together with the regularisers. All state is explicit
 * and every random number is a function of seed and step, so a run stopped anywhere and continued
 * from its snapshot gives the same bytes. Wang et al., <em>Score Jacobian Chaining</em>, 2022
 * (pals-ttic/sjc at 509138a); Liu et al., <em>Zero-1-to-3</em>, 2023 (3drec at f426883).
 */
package dev.voxelmill.gpu.distill;
