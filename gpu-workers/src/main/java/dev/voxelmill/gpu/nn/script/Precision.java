package dev.voxelmill.gpu.nn.script;

/** The element type in which a network computes; its results are float32 in any case. */
public enum Precision {
  FLOAT32(6),
  FLOAT16(5),
  BFLOAT16(15);

  private final int scalarType;

  Precision(int scalarType) {
    this.scalarType = scalarType;
  }

  /** The number that stands for the type in TorchScript text, c10::ScalarType. */
  public int scalarType() {
    return scalarType;
  }
}
