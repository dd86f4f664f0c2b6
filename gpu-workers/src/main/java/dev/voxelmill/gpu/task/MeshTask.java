package dev.voxelmill.gpu.task;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.distill.PictureScenes;
import dev.voxelmill.gpu.field.FieldLayout;
import dev.voxelmill.gpu.mesh.AssetMesh;
import dev.voxelmill.gpu.mesh.AssetMesher;
import dev.voxelmill.gpu.metrics.Overlap;
import dev.voxelmill.gpu.metrics.Psnr;
import dev.voxelmill.gpu.raster.ContactSheet;
import dev.voxelmill.gpu.raster.Picture;
import dev.voxelmill.gpu.raster.Png;
import dev.voxelmill.gpu.raster.Rasteriser;
import dev.voxelmill.gpu.raster.Rendering;
import dev.voxelmill.gpu.task.TaskResult.NamedFile;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.plan.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/** Voxel field to mesh, pictures and files: what the requester gets. */
final class MeshTask extends SingleStepTask {
  private static final int SHEET_COLUMNS = 5;
  private static final int SHEET_PX = 128;
  private static final double COLOUR_DEPTH_VOXELS = 1;

  private final TaskContext context;
  private final TaskInput input;

  MeshTask(TaskContext context, TaskInput input) {
    super(context);
    this.context = context;
    this.input = input;
  }

  @Override
  Computed compute(NDManager scope) {
    Parameters parameters = input.parameters();
    FieldLayout layout = PictureScenes.ofGrid(parameters.whole("grid.size")).layout();
    FieldSurface surface =
        FieldSurface.of(StoredField.read(scope, layout, TaskInputs.of(input, 2)));
    AssetMesher.Options options =
        AssetMesher.Options.of(
            (float) parameters.real("mesh.level"),
            parameters.whole("mesh.faces"),
            COLOUR_DEPTH_VOXELS * surface.refinement(layout));
    return switch (AssetMesher.mesh(surface.opacity(), surface.colours(), options)) {
      case AssetMesher.EmptyMesh empty ->
          new Computed.Impossible(
              StepOutcome.Failed.permanent(JobFailure.Code.EMPTY_MESH, empty.message()));
      case AssetMesher.Meshed meshed -> new Computed.Made(files(scope, meshed));
    };
  }

  private TaskResult.Files files(NDManager scope, AssetMesher.Meshed meshed) {
    EncodedView view = EncodedView.of(scope, TaskInputs.of(input, 0));
    PosedViews views = PosedViews.of(scope, TaskInputs.of(input, 1));
    AssetMesh asset = meshed.asset();
    List<NamedFile> files =
        MeshFiles.of(
            asset,
            view.camera(),
            input.request(),
            MeshFiles.provenance(context, input.request(), context.priorUse()));
    files.add(new NamedFile("views.png", "image/png", Png.encode(sheet(view, views))));
    return new TaskResult.Files(files, quality(view, meshed), List.of(context.priorUse()));
  }

  private static Picture sheet(EncodedView view, PosedViews views) {
    List<ContactSheet.Panel> panels = new ArrayList<>();
    panels.add(Pictures.panel("input", Pictures.of(view.picture(), 0), SHEET_PX));
    for (int i = 0; i < views.cameras().size(); i++) {
      panels.add(
          Pictures.panel(
              Pictures.caption(views.cameras().get(i)),
              Pictures.of(views.pictures(), i),
              SHEET_PX));
    }
    return ContactSheet.of(panels, SHEET_COLUMNS);
  }

  private static SortedMap<String, Double> quality(EncodedView view, AssetMesher.Meshed meshed) {
    SortedMap<String, Double> quality = MeshFiles.quality(meshed);
    int n = view.resolution();
    Rendering seen =
        Rasteriser.render(meshed.asset(), view.camera(), Rasteriser.Options.forMetrics(n));
    quality.put(
        "input.psnrDb",
        Psnr.of(seen.picture().doubles(), Pictures.of(view.image(), 0).doubles(), 1));
    quality.put("input.silhouetteIou", Overlap.iou(seen.silhouette(), silhouette(view)));
    return quality;
  }

  private static boolean[] silhouette(EncodedView view) {
    float[] planes = view.image().toFloatArray();
    boolean[] covered = new boolean[planes.length / 4];
    for (int i = 0; i < covered.length; i++) {
      covered[i] = planes[3 * covered.length + i] >= 0;
    }
    return covered;
  }
}
