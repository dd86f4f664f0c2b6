/**
 * A job as both planes name it: its identity, its normalised request and the references to what it
 * left behind in Kafka. The pure state machine of a job lives here; who runs it does not.
 */
package dev.voxelmill.protocols.job;
