/**
 * Faults of processes, networks and disks against a cluster of real processes, and an outside
 * observer that reads every topic afterwards and says which promise was broken. Each test proves
 * that its fault has happened before it judges what came of it.
 */
package dev.voxelmill.faults;
