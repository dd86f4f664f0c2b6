package dev.voxelmill.gpu.toys;

/** The disjoint ranges of object seeds: what was learnt from is never what is judged. */
public enum SeedRange {
  TRAINING(0, 60_000_000),
  EVALUATION(60_000_000, 61_000_000),
  ACCEPTANCE(90_000_000, 91_000_000);

  private final long first;
  private final long end;

  SeedRange(long first, long end) {
    this.first = first;
    this.end = end;
  }

  /** The smallest seed of the range. */
  public long first() {
    return first;
  }

  /** One past the largest seed of the range. */
  public long end() {
    return end;
  }

  public boolean contains(long seed) {
    return seed >= first && seed < end;
  }

  /** The seed at an offset that wraps round the range. */
  public long at(long offset) {
    return first + Long.remainderUnsigned(offset, end - first);
  }
}
