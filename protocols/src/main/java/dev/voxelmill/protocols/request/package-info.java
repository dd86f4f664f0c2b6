/**
 * What a client may put on the {@code requests} topic, and how its bytes become a request that can
 * be planned. The JSON Schema beside it is published; everything that a schema cannot say is
 * checked here.
 */
package dev.voxelmill.protocols.request;
