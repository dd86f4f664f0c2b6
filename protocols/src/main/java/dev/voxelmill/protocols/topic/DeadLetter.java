package dev.voxelmill.protocols.topic;

/**
 * Headers of a record on {@code dead-letters}; its key is the source position {@code
 * topic/partition/offset}, its value the original bytes, untouched. Only of a request that an owner
 * refused, by {@link #QUOTA} or {@link #EXPIRED}, it is the validated form without the picture.
 */
public final class DeadLetter {
  /** Why, in words that say what to mend. */
  public static final String REASON = "voxelmill-reason";

  /** Stable code of the reason, such as {@code not-json}. */
  public static final String CODE = "voxelmill-code";

  /** Where the original was: {@code topic/partition/offset}. */
  public static final String SOURCE = "voxelmill-source";

  /** Code of a request that came while too many jobs were unfinished. */
  public static final String QUOTA = "quota";

  /** Code of a request that is too old to tell whether its job was run and forgotten. */
  public static final String EXPIRED = "expired";

  private DeadLetter() {}
}
