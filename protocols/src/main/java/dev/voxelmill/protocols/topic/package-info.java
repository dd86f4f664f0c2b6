/**
 * The Kafka topics and one record type per topic, each with its codec. The names, keys and cleanup
 * rules here are the contract with every client; see docs/CONVENTIONS.md.
 */
package dev.voxelmill.protocols.topic;
