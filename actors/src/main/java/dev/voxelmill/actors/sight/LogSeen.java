package dev.voxelmill.actors.sight;

import dev.voxelmill.protocols.worker.CborSerializable;

/**
 * The brokers have just answered a supervisor; told to all supervisors.
 *
 * @param node its unique address in the cluster
 */
public record LogSeen(String node) implements CborSerializable {}
