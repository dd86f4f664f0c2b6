package dev.voxelmill.gpu.field;

/** How density and colour of a sample are looked up; both ways differ by rounding only. */
public enum Lookup {
  /** Both at once, which shares the work of finding the eight corners: cheaper in fog. */
  TOGETHER,
  /** Colour only where the weight counts: cheaper once the field has cleared. */
  SEPARATE
}
