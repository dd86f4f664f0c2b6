/**
 * A Kafka broker inside a JVM: one KRaft node on the loopback interface, for the local profile and
 * the tests. It is the only package that may import the broker's server classes, whose jars are an
 * optional dependency: nothing else of this module needs them, and production runs a real cluster.
 */
package dev.voxelmill.storage.broker;
