package dev.voxelmill.gpu.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.distill.Distillation;
import dev.voxelmill.gpu.raster.ContactSheet;
import dev.voxelmill.gpu.raster.Png;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Steps, snapshots and previews of a distillation, whatever field and prior it has. */
final class FieldDistillation implements StepTask {
  private static final int PREVIEW_VIEWS = 4;

  private final NDManager scope;
  private final Setup setup;

  /**
   * What is distilled.
   *
   * @param configuration what a snapshot must have been made with
   * @param camera of the input picture
   * @param look how the field looks from a camera
   * @param prior is closed with the task
   */
  record Setup(
      Distillation distillation,
      String configuration,
      OrbitCamera camera,
      Look look,
      Runnable prior) {}

  /** How a field looks from a camera. */
  @FunctionalInterface
  interface Look {
    /**
     * The picture, (1, C, H, W), its first three channels colours in [-1, 1], attached to {@code
     * step}.
     */
    NDArray from(NDManager step, OrbitCamera camera);
  }

  /** Owns {@code scope} and everything of the set-up. */
  FieldDistillation(NDManager scope, Setup setup) {
    this.scope = scope;
    this.setup = setup;
  }

  @Override
  public long nextStep() {
    return setup.distillation().nextStep();
  }

  @Override
  public long totalSteps() {
    return setup.distillation().totalSteps();
  }

  @Override
  public StepOutcome step() {
    return StepOutcome.descend("loss", () -> setup.distillation().step().loss());
  }

  @Override
  public byte[] snapshot() {
    return setup.distillation().state().toSafeTensors(setup.configuration());
  }

  /** The field from four sides, the input's first. */
  @Override
  public Optional<byte[]> preview() {
    try (NDManager step = scope.newSubManager()) {
      List<ContactSheet.Panel> panels = new ArrayList<>();
      for (int k = 0; k < PREVIEW_VIEWS; k++) {
        OrbitCamera side = setup.camera().turned(2 * Math.PI * k / PREVIEW_VIEWS);
        NDArray picture = setup.look().from(step, side);
        panels.add(new ContactSheet.Panel("", Pictures.of(picture, 0)));
      }
      return Optional.of(Png.encode(ContactSheet.of(panels, PREVIEW_VIEWS)));
    }
  }

  /** Every field shows something: each step only refines it. */
  @Override
  public boolean isUsable() {
    return true;
  }

  @Override
  public TaskResult result() {
    return new TaskResult.Tensors(StoredField.toBytes(setup.distillation().state().field()));
  }

  @Override
  public void close() {
    setup.distillation().close();
    setup.prior().run();
    scope.close();
  }
}
