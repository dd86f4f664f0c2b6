/**
 * Pictures of meshes, drawn in software: for the turntable, for contact sheets and for measuring a
 * delivered mesh against the truth.
 *
 * <p>The camera, the pixel centres and the averaging of supersamples are those of the training
 * pictures: pixel (i, j) has its centre at (i + 0.5, j + 0.5), row 0 is the top, and colours are
 * averaged as pictures hold them, on white.
 */
package dev.voxelmill.gpu.raster;
