/**
 * Which supervisors the brokers answer. One that they do not answer although they answer most of
 * the others gives up its membership, since partitions that it owns would stand still.
 */
package dev.voxelmill.actors.sight;
