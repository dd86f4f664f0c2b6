/**
 * The transactional job log: what the owner of a home partition remembers. Opening the log of a
 * partition fences every earlier owner and replays the live jobs; committing writes states, events,
 * assets, dead letters and the consumed intake position in one Kafka transaction, so that readers
 * see all of it or nothing. Failures are values: an owner that is fenced or cut off forgets what it
 * knows and opens again.
 */
package dev.voxelmill.storage.log;
