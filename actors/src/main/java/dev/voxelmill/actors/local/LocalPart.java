package dev.voxelmill.actors.local;

/** One process of a local installation, through all its lives. */
public interface LocalPart {
  /** Such as {@code worker-2}; names its log. */
  String name();

  /** Process of the present life; 0 between two lives. */
  long pid();

  /** Whether the present life has become ready. */
  boolean isReady();
}
