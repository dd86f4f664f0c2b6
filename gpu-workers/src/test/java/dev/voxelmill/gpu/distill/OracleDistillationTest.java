package dev.voxelmill.gpu.distill;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.engine.OnDeviceThread;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.field.FieldLayout;
import dev.voxelmill.gpu.field.FieldState;
import dev.voxelmill.gpu.field.FieldTrainer;
import dev.voxelmill.gpu.field.Scene;
import dev.voxelmill.gpu.field.View;
import dev.voxelmill.gpu.toys.ToyFamily;
import dev.voxelmill.gpu.toys.ToyObject;
import dev.voxelmill.gpu.toys.ToyRenderer;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import org.junit.jupiter.api.Test;

/** Geometry, signs and conventions from the toys' rays to the field, with nothing learnt. */
@OnDeviceThread
class OracleDistillationTest {
  private static final int SIZE_PX = 32;

  /** Opacity of a voxel from which it counts as inside. */
  private static final double LEVEL = 0.25;

  @Test
  void distillationByAnOracleRecoversTheObject() {
    ToyObject toy = ToyObject.of(60_000_002, ToyFamily.CAR);
    Scene scene = PictureScenes.ofGrid(32);
    DistillOptions options = OracleRun.options(280);
    try (NDManager scope = Torch.start(TorchOptions.cpu()).newScope();
        Distillation run =
            OracleRun.open(scope, options, scene, OracleRun.start(scope, scene), toy, SIZE_PX)) {

      while (run.nextStep() < run.totalSteps()) {
        run.step();
      }

      double iou = volumetricIou(run.state(), toy);
      double psnr = novelPsnr(run.trainer(), toy);
      System.out.printf("oracle: volumetric IoU %.3f, novel PSNR %.2f dB%n", iou, psnr);
      assertTrue(iou >= 0.85, "volumetric IoU " + iou);
      assertTrue(psnr >= 26, "PSNR " + psnr);
    }
  }

  /** Voxels above the level, enclosed ones included, against the toy's own inside test. */
  static double volumetricIou(FieldState state, ToyObject toy) {
    FieldLayout layout = state.field().layout();
    int size = layout.x();
    float[] raw = state.field().grid().get(0).get(0).toFloatArray();
    boolean[] occupied = new boolean[raw.length];
    for (int i = 0; i < raw.length; i++) {
      double density = layout.scale() * Math.log1p(Math.exp(raw[i] + layout.shift()));
      occupied[i] = 1 - Math.exp(-density * layout.voxelEdge()) > LEVEL;
    }
    boolean[] outside = reachable(occupied, size);
    int both = 0;
    int either = 0;
    for (int i = 0; i < raw.length; i++) {
      boolean here = !outside[i];
      boolean truth = mostlyInside(toy, i, layout);
      both += here && truth ? 1 : 0;
      either += here || truth ? 1 : 0;
    }
    return (double) both / either;
  }

  private static boolean mostlyInside(ToyObject toy, int voxel, FieldLayout layout) {
    int size = layout.x();
    double edge = layout.voxelEdge();
    int inside = 0;
    for (int part = 0; part < 8; part++) {
      double x = coordinate(voxel % size, part & 1, edge, size);
      double y = coordinate(voxel / size % size, part >> 1 & 1, edge, size);
      double z = coordinate(voxel / size / size, part >> 2, edge, size);
      inside += toy.contains(x, y, z) ? 1 : 0;
    }
    return inside >= 4;
  }

  private static double coordinate(int index, int half, double edge, int size) {
    return (index + 0.25 + 0.5 * half - size / 2.0) * edge;
  }

  /** Free voxels that a walk from the box's corner reaches. */
  private static boolean[] reachable(boolean[] occupied, int size) {
    boolean[] seen = new boolean[occupied.length];
    int[] queue = new int[occupied.length];
    int end = 1;
    seen[0] = true;
    for (int at = 0; at < end; at++) {
      int voxel = queue[at];
      int[] place = {voxel % size, voxel / size % size, voxel / size / size};
      int stride = 1;
      for (int axis = 0; axis < 3; axis++) {
        for (int way = -1; way <= 1; way += 2) {
          int next = voxel + way * stride;
          boolean inBox = place[axis] + way >= 0 && place[axis] + way < size;
          if (inBox && !seen[next] && !occupied[next]) {
            seen[next] = true;
            queue[end++] = next;
          }
        }
        stride *= size;
      }
    }
    return seen;
  }

  static double novelPsnr(FieldTrainer trainer, ToyObject toy) {
    ToyRenderer renderer = new ToyRenderer(SIZE_PX);
    double sum = 0;
    int views = 12;
    for (int k = 0; k < views; k++) {
      OrbitCamera camera = OrbitCamera.ofDegrees(30 * k + 7.5, 5 + 20 * (k % 3), 1.7, 49.1);
      try (NDManager scope = Torch.start(TorchOptions.cpu()).newScope()) {
        NDArray shown = trainer.show(scope, View.of(camera, SIZE_PX)).picture();
        float[] truth = renderer.render(toy, camera);
        NDArray expected = scope.create(truth, new Shape(1, 4, SIZE_PX, SIZE_PX));
        NDArray apart = shown.add(1).div(2).sub(expected).get(":, 0:3");
        sum += -10 * Math.log10(apart.mul(apart).mean().getFloat());
      }
    }
    return sum / views;
  }
}
