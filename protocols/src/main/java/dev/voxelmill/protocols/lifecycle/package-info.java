/**
 * The life of a job as a pure state machine: a state and an event give the next state and what is
 * to be done about it. Owners perform the effects; nothing here knows Kafka, clocks or actors.
 */
package dev.voxelmill.protocols.lifecycle;
