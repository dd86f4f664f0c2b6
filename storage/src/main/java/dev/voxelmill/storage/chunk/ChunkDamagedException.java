package dev.voxelmill.storage.chunk;

/**
 * A payload cannot be given back as it was written. The reader falls back to an older one; trying
 * again is of no use.
 */
public final class ChunkDamagedException extends RuntimeException {
  /** What is wrong. */
  public enum Reason {
    /** No record lies at the offset: deleted, compacted away, or never written. */
    MISSING,
    /** The record at the offset is another one. */
    FOREIGN,
    /** The record has another length than the manifest says. */
    LENGTH,
    /** The bytes have another checksum than the manifest says. */
    CHECKSUM,
    /** The chunks are whole, but what they make is not the payload. */
    PAYLOAD
  }

  private final Reason reason;
  private final int chunk;

  /**
   * Damage of one chunk, or of the whole.
   *
   * @param chunk index of the chunk, or -1 when it concerns the whole
   */
  public ChunkDamagedException(Reason reason, int chunk, String what) {
    super(what);
    this.reason = reason;
    this.chunk = chunk;
  }

  public Reason reason() {
    return reason;
  }

  /** Index of the damaged chunk, or -1 when the damage concerns the whole payload. */
  public int chunk() {
    return chunk;
  }
}
