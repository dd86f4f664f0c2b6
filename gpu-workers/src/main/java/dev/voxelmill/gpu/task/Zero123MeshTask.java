package dev.voxelmill.gpu.task;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.distill.LatentScenes;
import dev.voxelmill.gpu.field.FieldLayout;
import dev.voxelmill.gpu.field.VoxelField;
import dev.voxelmill.gpu.mesh.AssetMesher;
import dev.voxelmill.gpu.mesh.ColourField;
import dev.voxelmill.gpu.mesh.FieldCleanup;
import dev.voxelmill.gpu.models.PretrainedModels.Borrowed;
import dev.voxelmill.gpu.raster.ContactSheet;
import dev.voxelmill.gpu.raster.Png;
import dev.voxelmill.gpu.task.TaskResult.NamedFile;
import dev.voxelmill.gpu.zero123.Zero123Model;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.plan.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Latent voxel field to mesh, pictures and files. The surface is 3drec's: density upsampled,
 * averaged and eroded, at a multiple of its mean. The colours, which 3drec has not, are those of
 * decoded views.
 *
 * <p>The mesh is scaled so that the submitted camera sees it as the field's input camera does.
 */
final class Zero123MeshTask extends SingleStepTask {
  private static final int SHEET_COLUMNS = 5;
  private static final int SHEET_PX = 128;

  private static final int SMOOTHING_PASSES = 4;

  /** The depths of views are blurred by about as many voxels as the density is averaged over. */
  private static final double BLUR_VOXELS = 3;

  private final TaskContext context;
  private final TaskInput input;
  private final Borrowed<Zero123Model> model;

  Zero123MeshTask(TaskContext context, TaskInput input) {
    super(context);
    this.context = context;
    this.input = input;
    model = context.borrow(input, Zero123Tasks.MODEL);
  }

  @Override
  Computed compute(NDManager scope) {
    Parameters parameters = input.parameters();
    SeenPicture picture = SeenPicture.of(scope, TaskInputs.of(input, 0));
    FieldLayout layout = LatentScenes.layout(parameters.whole("grid.size"));
    VoxelField field = StoredField.read(scope, layout, TaskInputs.of(input, 1));
    double scale = picture.camera().radius() / LatentScenes.INPUT_RADIUS;
    double threshold = parameters.real("mesh.threshold");
    LatentSurface surface = LatentSurface.of(scope, field, threshold, scale);
    if (surface.highest() <= threshold) {
      return empty(
          String.format(
              Locale.ROOT,
              "mesh.threshold: %s times the mean density (expected: below %.3f, the densest place;"
                  + " fix: distil for more steps, or lower mesh.threshold)",
              threshold,
              surface.highest()));
    }
    List<LatentViews.Decoded> views = LatentViews.of(scope, model.model(), field, picture.camera());
    ColourField colours = new DecodedColours(views, BLUR_VOXELS * layout.voxelEdge(), scale);
    AssetMesher.Options options = options(parameters.whole("mesh.faces"));
    return switch (AssetMesher.mesh(surface.opacity(), colours, options)) {
      case AssetMesher.EmptyMesh empty -> empty(empty.message());
      case AssetMesher.Meshed meshed -> new Computed.Made(files(picture, views, meshed));
    };
  }

  private static Computed empty(String message) {
    return new Computed.Impossible(
        StepOutcome.Failed.permanent(JobFailure.Code.EMPTY_MESH, message));
  }

  private static AssetMesher.Options options(int faces) {
    AssetMesher.Options usual = AssetMesher.Options.of(LatentSurface.LEVEL, faces, 1);
    return new AssetMesher.Options(
        LatentSurface.LEVEL,
        LatentSurface.LEVEL,
        FieldCleanup.Limits.DEFAULT,
        SMOOTHING_PASSES,
        usual.simplification(),
        usual.colourDepthVoxels());
  }

  private TaskResult.Files files(
      SeenPicture picture, List<LatentViews.Decoded> views, AssetMesher.Meshed meshed) {
    List<NamedFile> files =
        MeshFiles.of(
            meshed.asset(),
            picture.camera(),
            input.request(),
            MeshFiles.provenance(context, input.request(), model.use()));
    List<ContactSheet.Panel> panels = new ArrayList<>();
    panels.add(Pictures.panel("input", Pictures.of(picture.picture(), 0), SHEET_PX));
    for (LatentViews.Decoded view : views) {
      panels.add(Pictures.panel(Pictures.caption(view.camera()), view.picture(), SHEET_PX));
    }
    files.add(
        new NamedFile(
            "views.png", "image/png", Png.encode(ContactSheet.of(panels, SHEET_COLUMNS))));
    return new TaskResult.Files(files, MeshFiles.quality(meshed), List.of(model.use()));
  }
}
