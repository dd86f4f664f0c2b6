package dev.voxelmill.protocols.topic;

/**
 * Headers of a record on {@code dead-letters}; its value is the original bytes, untouched, and its
 * key the source position {@code topic/partition/offset}.
 */
public final class DeadLetter {
  /** Why, in words that say what to mend. */
  public static final String REASON = "voxelmill-reason";

  /** Stable code of the reason, such as {@code not-json}. */
  public static final String CODE = "voxelmill-code";

  /** Where the original was: {@code topic/partition/offset}. */
  public static final String SOURCE = "voxelmill-source";

  private DeadLetter() {}
}
