package dev.voxelmill.gpu.sampling;

/**
 * Whose arithmetic is followed where two releases of diffusers differ: UniPC and DPM-Solver always,
 * Euler in a few settings. Zero123++ pins the older one.
 */
public enum LibraryVersion {
  /** Multistep solvers end at timestep 0, know no {@code final_sigmas_type}. */
  V0_20_2,
  /** Multistep solvers end at sigma 0 unless told otherwise. */
  V0_30_3
}
