/**
 * How submissions become jobs: every record of the public {@code requests} topic is validated, its
 * picture looked at and kept, and the normalised request forwarded to the partition of its owner,
 * together with the source offset. What cannot be accepted goes to {@code dead-letters} with what
 * to mend, and the partition goes on.
 */
package dev.voxelmill.actors.intake;
