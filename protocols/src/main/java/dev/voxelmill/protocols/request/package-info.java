/**
 * What a client may put on the {@code requests} and {@code commands} topics, and how its bytes
 * become a request that can be planned or a command that can be carried out. The JSON Schemas are
 * published; everything that a schema cannot say is checked here.
 */
package dev.voxelmill.protocols.request;
