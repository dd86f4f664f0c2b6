/**
 * Stories about the whole system, told with real processes that {@code ./voxelmill} starts, and
 * rules about its shape. The names of the stories are what the README promises.
 */
package dev.voxelmill.e2e;
