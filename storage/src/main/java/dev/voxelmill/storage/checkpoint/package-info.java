/**
 * Snapshots of running tasks in the {@code checkpoints} topic. A checkpoint is written in full and
 * acknowledged before its manifest exists, and it counts only once the owner has put that manifest
 * into the job's record; so a crash at any moment leaves either a whole checkpoint or rubbish that
 * nothing refers to.
 */
package dev.voxelmill.storage.checkpoint;
