package dev.voxelmill.gpu.eval;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.eval.EvaluationRow.GeneratedViews;
import dev.voxelmill.gpu.mesh.AssetMesh;
import dev.voxelmill.gpu.mesh.AssetMesher;
import dev.voxelmill.gpu.mesh.GridColours;
import dev.voxelmill.gpu.mesh.ScalarField;
import dev.voxelmill.gpu.metrics.Psnr;
import dev.voxelmill.gpu.raster.Picture;
import dev.voxelmill.gpu.task.EncodedView;
import dev.voxelmill.gpu.task.PosedViews;
import dev.voxelmill.gpu.task.StepOutcome;
import dev.voxelmill.gpu.task.StepTask;
import dev.voxelmill.gpu.task.StepTasks;
import dev.voxelmill.gpu.task.TaskInput;
import dev.voxelmill.gpu.task.TaskResult;
import dev.voxelmill.gpu.toys.ToyRenderer;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.plan.TaskKind;
import dev.voxelmill.protocols.plan.TaskSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What can be had from the same views, or from the input view alone, with less. */
final class Baselines {
  private static final int HULL_CELLS = 64;
  private static final double HALF_BOX = 0.62;

  /** Coverage from which a view counts as showing the object, and share of views that must. */
  private static final float COVERED = 0.45f;

  private static final float AGREED = 0.85f;

  private final NDManager scope;
  private final StepTasks opener;
  private final JobRequest request;
  private final Map<String, byte[]> tensors;
  private final EncodedView input;
  private final PosedViews generated;

  Baselines(NDManager scope, StepTasks opener, JobRequest request, Map<String, byte[]> tensors) {
    this.scope = scope;
    this.opener = opener;
    this.request = request;
    this.tensors = tensors;
    input = EncodedView.of(scope, tensors.get("encode"));
    generated = PosedViews.of(scope, tensors.get("tile"));
  }

  /** The generated views beside the truth. */
  GeneratedViews views(HeldOutToy toy) {
    int n = input.resolution();
    ToyRenderer renderer = new ToyRenderer(n);
    List<Picture> pictures = new ArrayList<>();
    List<Picture> truths = new ArrayList<>();
    double decibels = 0;
    for (int i = 0; i < generated.cameras().size(); i++) {
      float[] planes = generated.pictures().get(i).toFloatArray();
      for (int k = 0; k < planes.length; k++) {
        planes[k] = Math.clamp((planes[k] + 1) / 2, 0f, 1f);
      }
      OrbitCamera camera = toy.inToyFrame(generated.cameras().get(i));
      float[] truth = renderer.render(toy.object(), camera);
      pictures.add(Picture.ofPlanes(n, n, Arrays.copyOf(planes, 3 * n * n)));
      truths.add(Picture.ofPlanes(n, n, Arrays.copyOf(truth, 3 * n * n)));
      decibels += Psnr.of(pictures.getLast().doubles(), truths.getLast().doubles(), 1);
    }
    return new GeneratedViews(pictures, truths, decibels / pictures.size());
  }

  /**
   * The visual hull: a cell belongs to the object where the input view covers its centre and at
   * least 85 % of the generated ones do. Its colour is the mean of those views there.
   */
  Optional<AssetMesh> hull() {
    int n = HULL_CELLS;
    float[] share = new float[n * n * n];
    float[] colours = new float[3 * share.length];
    List<Silhouette> views = new ArrayList<>();
    for (int i = 0; i < generated.cameras().size(); i++) {
      views.add(new Silhouette(generated.cameras().get(i), generated.pictures().get(i)));
    }
    Silhouette known = new Silhouette(input.camera(), input.image().get(0));
    for (int cell = 0; cell < share.length; cell++) {
      double x = centre(cell % n);
      double y = centre(cell / n % n);
      double z = centre(cell / n / n);
      for (Silhouette view : views) {
        int pixel = view.pixel(x, y, z);
        share[cell] += view.covers(pixel) ? 1f / views.size() : 0;
        for (int channel = 0; channel < 3; channel++) {
          colours[channel * share.length + cell] += view.colour(channel, pixel) / views.size();
        }
      }
      if (!known.covers(known.pixel(x, y, z))) {
        share[cell] = 0;
      }
    }
    ScalarField agreed = ScalarField.cells(share, n, HALF_BOX);
    AssetMesher.Options defaults = AssetMesher.Options.DEFAULT;
    AssetMesher.Options options =
        new AssetMesher.Options(
            AGREED,
            AGREED,
            defaults.cleanup(),
            defaults.smoothingPasses(),
            defaults.simplification(),
            defaults.colourDepthVoxels());
    return switch (AssetMesher.mesh(agreed, new GridColours(colours, agreed), options)) {
      case AssetMesher.Meshed meshed -> Optional.of(meshed.asset());
      case AssetMesher.EmptyMesh empty -> Optional.empty();
    };
  }

  /** A field fitted to the input view and to nothing else. */
  Optional<TaskResult.Files> inputOnly() {
    PosedViews itself = new PosedViews(input.image(), List.of(input.camera()));
    Map<String, byte[]> inputs =
        Map.of("encode", tensors.get("encode"), "tile", itself.toBytes(scope));
    TaskSpec fit = new TaskSpec("project", TaskKind.PROJECT, List.of("encode", "tile"));
    return run(new TaskInput(fit, request, new byte[0], inputs))
        .map(result -> ((TaskResult.Tensors) result).payload())
        .flatMap(this::mesh)
        .map(result -> (TaskResult.Files) result);
  }

  private Optional<TaskResult> mesh(byte[] field) {
    TaskSpec mesh = new TaskSpec("mesh", TaskKind.MESH, List.of("encode", "tile", "project"));
    Map<String, byte[]> inputs =
        Map.of("encode", tensors.get("encode"), "tile", tensors.get("tile"), "project", field);
    return run(new TaskInput(mesh, request, new byte[0], inputs));
  }

  private Optional<TaskResult> run(TaskInput task) {
    try (StepTask open = opener.open(task, Optional.empty())) {
      while (open.nextStep() < open.totalSteps()) {
        if (open.step() instanceof StepOutcome.Failed) {
          return Optional.empty();
        }
      }
      return Optional.of(open.result());
    }
  }

  private static double centre(int cell) {
    return -HALF_BOX + (cell + 0.5) * (2 * HALF_BOX / HULL_CELLS);
  }

  /** One view as a hull asks it. */
  private static final class Silhouette {
    private final double[] cameraToWorld;
    private final double focal; // pixels
    private final int n;
    private final float[] planes; // (4, n, n) in -1..1

    Silhouette(OrbitCamera camera, NDArray picture) {
      cameraToWorld = camera.cameraToWorld();
      n = (int) picture.getShape().get(1);
      focal = n / 2.0 / Math.tan(camera.fovRad() / 2);
      planes = picture.toFloatArray();
    }

    /** The pixel that shows a point, or -1 beyond the picture. */
    int pixel(double x, double y, double z) {
      double dx = x - cameraToWorld[3];
      double dy = y - cameraToWorld[7];
      double dz = z - cameraToWorld[11];
      double right = dx * cameraToWorld[0] + dy * cameraToWorld[4] + dz * cameraToWorld[8];
      double up = dx * cameraToWorld[1] + dy * cameraToWorld[5] + dz * cameraToWorld[9];
      double depth = -(dx * cameraToWorld[2] + dy * cameraToWorld[6] + dz * cameraToWorld[10]);
      int column = (int) Math.floor(n / 2.0 + focal * right / depth);
      int row = (int) Math.floor(n / 2.0 - focal * up / depth);
      return column < 0 || row < 0 || column >= n || row >= n ? -1 : row * n + column;
    }

    boolean covers(int pixel) {
      return pixel >= 0 && (planes[3 * n * n + pixel] + 1) / 2 > COVERED;
    }

    float colour(int channel, int pixel) {
      return pixel < 0 ? 1 : (planes[channel * n * n + pixel] + 1) / 2;
    }
  }
}
