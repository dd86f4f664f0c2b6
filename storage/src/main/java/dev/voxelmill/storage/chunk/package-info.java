/**
 * Payloads of many megabytes as chunks of one: written in parallel by an idempotent producer
 * outside of transactions, read back by their offsets and checked chunk by chunk. Checkpoints and
 * blobs share it; what the chunks mean is theirs.
 */
package dev.voxelmill.storage.chunk;
