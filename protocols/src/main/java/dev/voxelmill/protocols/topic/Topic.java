package dev.voxelmill.protocols.topic;

import static java.util.Objects.requireNonNull;

import java.util.Locale;

/** The topics of one installation; their names are a prefix and the lower-case constant. */
public enum Topic {
  /** Public: what clients ask for. Any client, partitioner and key. */
  REQUESTS,
  /** Public: what clients want changed about a job. */
  COMMANDS,
  /** Internal: validated requests at their home partition. */
  INTAKE,
  /** Internal, compacted: the state of every job. */
  JOBS,
  /** Public: transitions, progress and previews, as CloudEvents. */
  EVENTS,
  /** Internal, compacted: chunks of task states. */
  CHECKPOINTS,
  /** Public, compacted: content-addressed bytes. */
  BLOBS,
  /** Public: one record per succeeded job. */
  ASSETS,
  /** Public: what could not be accepted, and why. */
  DEAD_LETTERS,
  /** Public, compacted: snapshot of workers and queue. */
  FLEET;

  /** The prefix of an installation that configures none. */
  public static final String DEFAULT_PREFIX = "voxelmill";

  /** The topic's name in an installation, such as {@code voxelmill.dead-letters}. */
  public String named(String prefix) {
    return requireNonNull(prefix, "prefix")
        + "."
        + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
