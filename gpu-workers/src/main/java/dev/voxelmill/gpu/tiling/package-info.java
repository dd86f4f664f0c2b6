/** Six posed views as one picture and back, as Zero123++ lays them out. */
package dev.voxelmill.gpu.tiling;
