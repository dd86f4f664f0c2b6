package dev.voxelmill.gpu.projection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.distill.PictureScenes;
import dev.voxelmill.gpu.engine.OnDeviceThread;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.field.FieldState;
import dev.voxelmill.gpu.field.Scene;
import dev.voxelmill.gpu.field.View;
import dev.voxelmill.gpu.field.VoxelField;
import dev.voxelmill.gpu.toys.ToyFamily;
import dev.voxelmill.gpu.toys.ToyObject;
import dev.voxelmill.gpu.toys.ToyRenderer;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

@OnDeviceThread
class ProjectionTest {
  private static final int SIZE_PX = 32;
  private static final Scene SCENE = PictureScenes.ofGrid(32);
  private static final ToyObject TOY = ToyObject.of(60_000_002, ToyFamily.CAR);
  private static final String RUN = "a fit";

  @Test
  void theOrderOfTheViewsDoesNotMatter() {
    try (NDManager scope = Torch.start(TorchOptions.cpu()).newScope()) {
      List<PosedPicture> views = ring(scope);
      List<PosedPicture> shuffled = new ArrayList<>(views);
      Collections.shuffle(shuffled, new Random(1));

      byte[] one = fitted(scope, views, List.of());
      byte[] other = fitted(scope, shuffled, List.of());

      assertArrayEquals(one, other);
    }
  }

  @Test
  void aFitStoppedAnywhereLeavesTheSameBytes() {
    try (NDManager scope = Torch.start(TorchOptions.cpu()).newScope()) {
      List<PosedPicture> views = ring(scope);

      byte[] straight = fitted(scope, views, List.of());

      assertArrayEquals(straight, fitted(scope, views, List.of(1)));
      assertArrayEquals(straight, fitted(scope, views, List.of(2, 3)));
    }
  }

  @Test
  void theLiftShowsTheObjectAndTheFitSharpensIt() {
    try (NDManager scope = Torch.start(TorchOptions.cpu()).newScope()) {
      List<PosedPicture> views = ring(scope);
      FieldState state = FieldState.fresh(Projection.lift(scope, SCENE, input(scope), views));
      FitOptions options = new FitOptions(30, 3, 0.08, 0.02);
      try (ViewFit fit = new ViewFit(scope, options, SCENE, state, input(scope), views, 5)) {
        double lifted = error(fit);

        while (fit.nextStep() < fit.totalSteps()) {
          fit.step();
        }

        double sharpened = error(fit);
        System.out.printf("projection: lifted %.4f, fitted %.4f%n", lifted, sharpened);
        assertTrue(lifted < 0.12, "mean squared error of the lift " + lifted);
        assertTrue(sharpened < 0.045, "mean squared error of the fit " + sharpened);
      }
    }
  }

  /** Mean squared error in [-1, 1] at a view that none of the pictures shows. */
  private static double error(ViewFit fit) {
    try (NDManager scope = Torch.start(TorchOptions.cpu()).newScope()) {
      OrbitCamera camera = OrbitCamera.ofDegrees(67, 12, 1.7, 49.1);
      NDArray shown = fit.trainer().show(scope, View.of(camera, SIZE_PX)).picture();
      NDArray apart = shown.sub(picture(scope, camera).picture());
      return apart.mul(apart).mean().getFloat();
    }
  }

  /** The state after a fit of five steps, through a snapshot at every stop. */
  private static byte[] fitted(NDManager scope, List<PosedPicture> views, List<Integer> stops) {
    VoxelField field = Projection.lift(scope, SCENE, input(scope), views);
    byte[] bytes = FieldState.fresh(field).toSafeTensors(RUN);
    List<Integer> ends = new ArrayList<>(stops);
    ends.add(5);
    for (int end : ends) {
      FieldState state = FieldState.read(scope, SCENE.layout(), bytes, RUN);
      FitOptions options = new FitOptions(5, 3, 0.08, 0.02);
      try (ViewFit fit = new ViewFit(scope, options, SCENE, state, input(scope), views, 5)) {
        while (fit.nextStep() < end) {
          fit.step();
        }
        bytes = fit.state().toSafeTensors(RUN);
      }
    }
    return bytes;
  }

  private static PosedPicture input(NDManager scope) {
    return picture(scope, OrbitCamera.ofDegrees(0, 20, 1.7, 49.1));
  }

  private static List<PosedPicture> ring(NDManager scope) {
    List<PosedPicture> views = new ArrayList<>();
    for (int k = 0; k < 8; k++) {
      views.add(picture(scope, OrbitCamera.ofDegrees(45 * k, k % 2 == 0 ? -5 : 25, 1.7, 49.1)));
    }
    return views;
  }

  private static PosedPicture picture(NDManager scope, OrbitCamera camera) {
    float[] values = new ToyRenderer(SIZE_PX).render(TOY, camera);
    NDArray unit = scope.create(values, new Shape(1, 4, SIZE_PX, SIZE_PX));
    return new PosedPicture(camera, unit.muli(2).subi(1));
  }
}
