/**
 * What a client of an installation does: send a request, and read jobs, events, assets, blobs and
 * the fleet. It speaks to Kafka only, never to a process of the installation, so whatever it can
 * show is there while every supervisor is down.
 */
package dev.voxelmill.actors.client;
