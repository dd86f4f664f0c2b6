/** What the control plane tells the world without remembering it: progress, previews, the fleet. */
package dev.voxelmill.actors.publish;
