/**
 * The only words that the two planes share: what an owner tells a worker, what a worker reports to
 * the owner of its task, and what both tell placement. Latents never travel in these messages, only
 * references to them.
 */
package dev.voxelmill.protocols.worker;
