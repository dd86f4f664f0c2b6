package dev.voxelmill.faults;

import dev.voxelmill.protocols.topic.AssetRecord;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.topic.IntakeRecord;
import java.util.List;

/**
 * What an outside observer has read, each list in the order of its partitions' logs.
 *
 * @param requests source positions, {@code topic/partition/offset}, of everything submitted
 * @param intake validated requests at their homes
 * @param buried source positions of the dead letters
 * @param events everything published about jobs
 * @param assets everything published as an asset
 */
record History(
    List<String> requests,
    List<IntakeRecord> intake,
    List<String> buried,
    List<EventRecord> events,
    List<AssetRecord> assets) {}
