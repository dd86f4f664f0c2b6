/**
 * Who decides about the jobs of a partition. One owner per partition holds their states, asks the
 * pure machine of {@code protocols.lifecycle} what follows from each event, makes that durable and
 * only then acts; a supervisor per running job holds the leases of its attempts.
 */
package dev.voxelmill.actors.owner;
