package dev.voxelmill.gpu.field;

/** What a lookup finds within half a voxel of the box's faces, outside the outermost centres. */
public enum Padding {
  /** Features fade to zero at the face, as in SJC. */
  ZEROS(0),
  /** The outermost voxel's features. */
  BORDER(1);

  private final int code;

  Padding(int code) {
    this.code = code;
  }

  /** The number by which grid_sampler knows it. */
  int code() {
    return code;
  }
}
