package dev.voxelmill.gpu.field;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.engine.SafeTensors;
import dev.voxelmill.gpu.engine.SafeTensorsWriter;
import dev.voxelmill.gpu.engine.Shapes;
import java.util.Optional;

/**
 * The trained tensors of a voxel radiance field.
 *
 * @param layout what never changes
 * @param grid (1, 1 + C, Z, Y, X) float32: density in channel 0, colour features after it, in one
 *     storage so that one lookup can serve both
 * @param logGain () float32, logarithm of the density gain that SJC calls d_scale
 * @param texture (1, C, h, w) float32 features of the background by direction, where there is one
 */
public record VoxelField(
    FieldLayout layout, NDArray grid, NDArray logGain, Optional<NDArray> texture) {

  static final String GRID = "grid";
  static final String LOG_GAIN = "logGain";
  static final String TEXTURE = "texture";

  public VoxelField {
    Shapes.require(grid, "grid", 1, 1 + layout.channels(), layout.z(), layout.y(), layout.x());
    Shapes.require(logGain, "logGain");
    texture.ifPresent(array -> Shapes.require(array, "texture", 1, layout.channels(), -1, -1));
  }

  /** A field that holds copies of the given values, row-major, and no texture. */
  public static VoxelField of(
      NDManager owner, FieldLayout layout, float[] density, float[] colour) {
    float[] both = new float[density.length + colour.length];
    System.arraycopy(density, 0, both, 0, density.length);
    System.arraycopy(colour, 0, both, density.length, colour.length);
    Shape shape = new Shape(1, 1 + layout.channels(), layout.z(), layout.y(), layout.x());
    return new VoxelField(
        layout,
        owner.create(both, shape),
        owner.zeros(new Shape(), DataType.FLOAT32),
        Optional.empty());
  }

  /** The same field with another log gain and a background texture. */
  public VoxelField with(NDArray newLogGain, NDArray newTexture) {
    return new VoxelField(layout, grid, newLogGain, Optional.of(newTexture));
  }

  /** Adds the field's tensors to a file, by the names that {@link #read} knows. */
  public SafeTensorsWriter write(SafeTensorsWriter writer) {
    writer.add(GRID, grid).add(LOG_GAIN, logGain);
    texture.ifPresent(array -> writer.add(TEXTURE, array));
    return writer;
  }

  /** Reads what {@link #write} added; the field must fit the layout. */
  public static VoxelField read(NDManager owner, FieldLayout layout, SafeTensors file) {
    Optional<NDArray> texture =
        file.entries().containsKey(TEXTURE)
            ? Optional.of(file.read(owner, TEXTURE))
            : Optional.empty();
    return new VoxelField(layout, file.read(owner, GRID), file.read(owner, LOG_GAIN), texture);
  }

  /** The number of voxels. */
  public static int voxels(FieldLayout layout) {
    return layout.x() * layout.y() * layout.z();
  }
}
