package dev.voxelmill.actors.intake;

import dev.voxelmill.protocols.config.Section;
import dev.voxelmill.protocols.geometry.ByteSize;
import java.time.Duration;

/**
 * Section {@code intake} of {@code conf/supervisor.conf}, which gives each value and its reason.
 *
 * @param maxImage most bytes of a picture
 * @param maxPixels most pixels of a picture
 * @param minSide fewest pixels of each side of a picture
 * @param decodeThreads pictures that are decoded at once on this node
 * @param decodeTimeout after which decoding a picture is given up
 * @param inFlight submissions that are examined at once on this node
 * @param batch most submissions that are forwarded in one transaction
 * @param sessionTimeout silence after which the partitions of a node go to others
 * @param heartbeat between two words to the brokers, by which a node learns that partitions move
 * @param transactionTimeout after which the transaction of a node that died is aborted
 * @param restartMin least wait before the failed stream starts again
 * @param restartMax most wait before the failed stream starts again
 */
public record IntakeConfig(
    ByteSize maxImage,
    long maxPixels,
    int minSide,
    int decodeThreads,
    Duration decodeTimeout,
    int inFlight,
    int batch,
    Duration sessionTimeout,
    Duration heartbeat,
    Duration transactionTimeout,
    Duration restartMin,
    Duration restartMax) {

  /** Reads the section. */
  public static IntakeConfig from(Section section) {
    IntakeConfig config =
        new IntakeConfig(
            section.positiveSize("max-image"),
            section.integer("max-pixels", 1, 1_000_000_000),
            section.integer("min-side", 1, 10_000),
            section.integer("decode-threads", 1, 64),
            section.positiveDuration("decode-timeout"),
            section.integer("in-flight", 1, 256),
            section.integer("batch", 1, 1_000),
            section.positiveDuration("session-timeout"),
            section.positiveDuration("heartbeat"),
            section.positiveDuration("transaction-timeout"),
            section.positiveDuration("restart-min"),
            section.positiveDuration("restart-max"));
    section.require(
        "heartbeat",
        config.heartbeat(),
        config.heartbeat().multipliedBy(3).compareTo(config.sessionTimeout()) <= 0,
        "at most a third of intake.session-timeout");
    section.requireValid();
    return config;
  }
}
