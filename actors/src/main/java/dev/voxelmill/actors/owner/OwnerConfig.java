package dev.voxelmill.actors.owner;

import dev.voxelmill.protocols.config.Section;
import dev.voxelmill.protocols.geometry.ByteSize;
import java.time.Duration;

/**
 * Section {@code owner} of {@code conf/supervisor.conf}, which gives each value and its reason.
 *
 * @param lease silence after which the worker of an attempt counts as lost
 * @param adoption silence after which the worker of an attempt that an earlier owner granted counts
 *     as lost
 * @param resend between two sendings of a {@code Run} that no report has answered
 * @param offer between two words to placement on where the offers stand
 * @param progress least time between two progress events of a task
 * @param keepAlive between two keep-alives of every node to every owner
 * @param restartMin least wait before a failed owner starts again
 * @param restartMax most wait before a failed owner starts again
 * @param intakeBatch most requests that are accepted in one transaction
 * @param inlineGlb size up to which a GLB travels within the asset's record
 * @param jobs how many jobs are admitted and how long they are known
 */
public record OwnerConfig(
    Duration lease,
    Duration adoption,
    Duration resend,
    Duration offer,
    Duration progress,
    Duration keepAlive,
    Duration restartMin,
    Duration restartMax,
    int intakeBatch,
    ByteSize inlineGlb,
    JobsConfig jobs) {

  /** Reads the section. */
  public static OwnerConfig from(Section section, JobsConfig jobs) {
    OwnerConfig config =
        new OwnerConfig(
            section.positiveDuration("lease"),
            section.positiveDuration("adoption"),
            section.positiveDuration("resend"),
            section.positiveDuration("offer"),
            section.positiveDuration("progress"),
            section.positiveDuration("keep-alive"),
            section.positiveDuration("restart-min"),
            section.positiveDuration("restart-max"),
            section.integer("intake-batch", 1, 10_000),
            section.positiveSize("inline-glb"),
            jobs);
    section.require(
        "adoption",
        config.adoption(),
        config.adoption().compareTo(config.lease()) >= 0,
        "at least lease");
    section.require(
        "restart-max",
        config.restartMax(),
        config.restartMax().compareTo(config.restartMin()) >= 0,
        "at least restart-min");
    section.requireValid();
    return config;
  }
}
