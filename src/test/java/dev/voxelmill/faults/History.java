package dev.voxelmill.faults;

import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.topic.AssetRecord;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.topic.IntakeRecord;
import java.util.List;
import java.util.Map;

/**
 * What an outside observer has read, each list in the order of its partitions' logs.
 *
 * @param requests source positions, {@code topic/partition/offset}, of everything submitted
 * @param intake validated requests at their homes
 * @param buried source positions of the dead letters
 * @param states every state that a job was ever stored in
 * @param events everything published about jobs
 * @param assets everything published as an asset
 * @param stored what lies in {@code blobs} under the references of the assets, by the SHA-256 that
 *     the reference claims; absent where a chunk is missing
 */
record History(
    List<String> requests,
    List<IntakeRecord> intake,
    List<String> buried,
    List<JobState> states,
    List<EventRecord> events,
    List<AssetRecord> assets,
    Map<String, Content> stored) {

  /** What some bytes really are. */
  record Content(String sha256, long size) {}
}
