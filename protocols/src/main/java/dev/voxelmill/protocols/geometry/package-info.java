/** Sizes and cameras as both planes name them. */
package dev.voxelmill.protocols.geometry;
