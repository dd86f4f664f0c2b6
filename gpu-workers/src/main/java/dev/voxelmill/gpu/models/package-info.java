/**
 * The models that an installation has: what {@code conf/models.conf} names, what a diffusers folder
 * holds, and folders of random weights in the shape of real ones, for tests of capacity and for
 * users without weights.
 */
package dev.voxelmill.gpu.models;
