/** Who decides: the control plane, one supervisor process per node. It never sees libtorch. */
package dev.voxelmill.actors;
