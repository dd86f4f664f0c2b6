package dev.voxelmill.gpu.mesh;

/** A point or a direction in the world, +Z up. */
public record Point3(double x, double y, double z) {}
