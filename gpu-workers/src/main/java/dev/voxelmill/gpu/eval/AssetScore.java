package dev.voxelmill.gpu.eval;

/**
 * How well an asset agrees with the toy that it shall be. A figure that a method cannot have is
 * NaN.
 *
 * @param volumeIou occupancy at 64^3 in the box of +-0.6
 * @param chamfer mean of the two one-way mean distances, world units
 * @param fScore harmonic mean of the fractions nearer than 0.05
 * @param silhouetteIou mean over the twelve evaluation poses
 * @param psnrDb mean over the twelve poses, RGB over the whole picture on white
 */
record AssetScore(
    double volumeIou, double chamfer, double fScore, double silhouetteIou, double psnrDb) {}
