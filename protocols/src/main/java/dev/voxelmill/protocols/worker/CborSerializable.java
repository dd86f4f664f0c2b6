package dev.voxelmill.protocols.worker;

/** Marks messages that cross the network between actors, bound to Jackson CBOR. */
public interface CborSerializable {}
