package dev.voxelmill.gpu.field;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.SafeTensors;
import dev.voxelmill.gpu.engine.SafeTensorsWriter;
import java.util.Optional;

/**
 * Everything that the rest of an optimisation depends on.
 *
 * @param field the trained tensors, changed in place
 * @param grid moments of the grid
 * @param logGain moments of the log gain
 * @param texture moments of the texture, where there is one
 * @param pending gradients of steps that no update has used yet
 * @param nextStep the step to do next, from 0
 */
public record FieldState(
    VoxelField field,
    Moments grid,
    Moments logGain,
    Optional<Moments> texture,
    Optional<Pending> pending,
    int nextStep) {
  private static final String NEXT_STEP = "nextStep";
  private static final String CONFIGURATION = "configuration";
  private static final String FIRST = ".first";
  private static final String SECOND = ".second";
  private static final String PENDING = ".pending";

  /**
   * Summed gradients.
   *
   * @param grid of the grid's shape
   * @param logGain ()
   * @param texture of the texture's shape, where there is one
   */
  public record Pending(NDArray grid, NDArray logGain, Optional<NDArray> texture) {
    void close() {
      grid.close();
      logGain.close();
      texture.ifPresent(NDArray::close);
    }
  }

  /** The state before the first step; the moments belong to the owners of the field's tensors. */
  public static FieldState fresh(VoxelField field) {
    return new FieldState(
        field,
        Moments.zerosLike(field.grid()),
        Moments.zerosLike(field.logGain()),
        field.texture().map(Moments::zerosLike),
        Optional.empty(),
        0);
  }

  FieldState after(int step, Optional<Pending> newPending) {
    return new FieldState(field, grid, logGain, texture, newPending, step + 1);
  }

  /**
   * The state as safetensors.
   *
   * @param configuration names what else decides the following steps; only a run of the same
   *     configuration may continue from these bytes
   */
  public byte[] toSafeTensors(String configuration) {
    SafeTensorsWriter writer = new SafeTensorsWriter();
    writer.metadata(NEXT_STEP, Integer.toString(nextStep));
    writer.metadata(CONFIGURATION, configuration);
    field.write(writer);
    add(writer, VoxelField.GRID, grid);
    add(writer, VoxelField.LOG_GAIN, logGain);
    texture.ifPresent(moments -> add(writer, VoxelField.TEXTURE, moments));
    pending.ifPresent(
        sums -> {
          writer.add(VoxelField.GRID + PENDING, sums.grid);
          writer.add(VoxelField.LOG_GAIN + PENDING, sums.logGain);
          sums.texture.ifPresent(tensor -> writer.add(VoxelField.TEXTURE + PENDING, tensor));
        });
    return writer.toBytes();
  }

  private static void add(SafeTensorsWriter writer, String name, Moments moments) {
    writer.add(name + FIRST, moments.first()).add(name + SECOND, moments.second());
  }

  /**
   * Reads what {@link #toSafeTensors} wrote.
   *
   * @throws IllegalArgumentException when the bytes are the state of another configuration
   */
  public static FieldState read(
      NDManager owner, FieldLayout layout, byte[] bytes, String configuration) {
    try (SafeTensors file = SafeTensors.of("field state", bytes)) {
      String written = file.metadata().getOrDefault(CONFIGURATION, "none");
      if (!written.equals(configuration)) {
        throw new IllegalArgumentException(
            "field state: configuration %s (expected: %s; fix: continue with the parameters it began with)"
                .formatted(written, configuration));
      }
      VoxelField field = VoxelField.read(owner, layout, file);
      return new FieldState(
          field,
          moments(owner, file, VoxelField.GRID),
          moments(owner, file, VoxelField.LOG_GAIN),
          field.texture().map(tensor -> moments(owner, file, VoxelField.TEXTURE)),
          pending(owner, file),
          Integer.parseInt(file.metadata().get(NEXT_STEP)));
    }
  }

  private static Optional<Pending> pending(NDManager owner, SafeTensors file) {
    if (!file.entries().containsKey(VoxelField.GRID + PENDING)) {
      return Optional.empty();
    }
    Optional<NDArray> texture =
        file.entries().containsKey(VoxelField.TEXTURE + PENDING)
            ? Optional.of(file.read(owner, VoxelField.TEXTURE + PENDING))
            : Optional.empty();
    return Optional.of(
        new Pending(
            file.read(owner, VoxelField.GRID + PENDING),
            file.read(owner, VoxelField.LOG_GAIN + PENDING),
            texture));
  }

  private static Moments moments(NDManager owner, SafeTensors file, String name) {
    return new Moments(file.read(owner, name + FIRST), file.read(owner, name + SECOND));
  }
}
