package dev.voxelmill.gpu.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.voxelmill.gpu.engine.SafeTensors;
import dev.voxelmill.gpu.engine.SafeTensorsWriter;
import dev.voxelmill.gpu.models.PretrainedModels.Borrowed;
import dev.voxelmill.gpu.raster.ContactSheet;
import dev.voxelmill.gpu.raster.Picture;
import dev.voxelmill.gpu.raster.Png;
import dev.voxelmill.gpu.task.TaskResult.NamedFile;
import dev.voxelmill.gpu.zero123.Zero123Model;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.plan.ViewOffsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Latents of views to the files of the asset, one decoded view a step. When the time of the job was
 * up there may be fewer than were asked for: the first of them.
 */
final class Zero123ViewsTask implements StepTask {
  private static final int SHEET_COLUMNS = 4;
  private static final int SHEET_PX = 128;
  private static final String PICTURES = "pictures";

  private final NDManager scope;
  private final Borrowed<Zero123Model> model;
  private final SeenPicture input;
  private final List<ViewOffsets.Pose> poses;
  private final List<OrbitCamera> cameras;
  private final NDArray latents; // (N, 4, h, w) float32
  private final NDList pictures = new NDList(); // (1, 3, n, n) uint8 each

  Zero123ViewsTask(TaskContext context, TaskInput task, Optional<byte[]> snapshot) {
    scope = context.device();
    model = context.borrow(task, Zero123Tasks.MODEL);
    input = SeenPicture.of(scope, TaskInputs.of(task, 0));
    try (SafeTensors file = SafeTensors.of("latents of views", TaskInputs.of(task, 1))) {
      latents = file.read(scope, "latents");
    }
    poses = WantedViews.of(task).subList(0, (int) latents.getShape().get(0));
    cameras = WantedViews.cameras(poses, input.camera());
    snapshot.ifPresent(this::restore);
  }

  @Override
  public long nextStep() {
    return pictures.size();
  }

  @Override
  public long totalSteps() {
    return poses.size();
  }

  @Override
  public StepOutcome step() {
    int view = pictures.size();
    try (NDManager step = scope.newSubManager()) {
      NDArray one = latents.get(view + ":" + (view + 1));
      one.attach(step);
      NDArray decoded = model.model().codec().decode(step, one);
      if (!TaskInputs.isFinite(decoded)) {
        return StepOutcome.Failed.permanent(
            JobFailure.Code.NOT_FINITE,
            "decoded view %d: not finite (expected: finite; fix: decode in float32)"
                .formatted(view));
      }
      NDArray levels = decoded.mul(255).round().toType(DataType.UINT8, true);
      levels.attach(scope);
      pictures.add(levels);
    }
    return StepOutcome.Advanced.WITHOUT_LOSS;
  }

  @Override
  public byte[] snapshot() {
    SafeTensorsWriter writer = new SafeTensorsWriter();
    writer.metadata("nextStep", Integer.toString(pictures.size()));
    if (!pictures.isEmpty()) {
      try (NDArray all = NDArrays.concat(pictures)) {
        writer.add(PICTURES, all);
      }
    }
    return writer.toBytes();
  }

  private void restore(byte[] snapshot) {
    try (SafeTensors file = SafeTensors.of("views state", snapshot)) {
      int done = Integer.parseInt(file.metadata().get("nextStep"));
      if (done > 0) {
        NDArray all = file.read(scope, PICTURES);
        for (int view = 0; view < done; view++) {
          NDArray one = all.get(view + ":" + (view + 1));
          one.attach(scope);
          pictures.add(one);
        }
      }
    }
  }

  @Override
  public TaskResult result() {
    List<NamedFile> files = new ArrayList<>();
    List<ContactSheet.Panel> panels = new ArrayList<>();
    CamerasFile described = new CamerasFile(input.camera());
    panels.add(Pictures.panel("input", Pictures.of(input.picture(), 0), SHEET_PX));
    for (int view = 0; view < poses.size(); view++) {
      Picture picture = picture(pictures.get(view));
      String name = String.format(Locale.ROOT, "view-%03d.png", view + 1);
      files.add(new NamedFile(name, "image/png", Png.encode(picture)));
      described.add(name, cameras.get(view));
      panels.add(Pictures.panel(caption(poses.get(view)), picture, SHEET_PX));
    }
    files.add(described.toFile());
    files.add(
        new NamedFile(
            "views.png", "image/png", Png.encode(ContactSheet.of(panels, SHEET_COLUMNS))));
    return new TaskResult.Files(files, new TreeMap<>(), List.of(model.use()));
  }

  private static String caption(ViewOffsets.Pose pose) {
    return "d%d r%d".formatted(Math.round(pose.downDeg()), Math.round(pose.rightDeg()));
  }

  /** A picture of (1, 3, n, n) uint8. */
  private static Picture picture(NDArray levels) {
    int size = (int) levels.getShape().get(3);
    try (NDArray unit = levels.toType(DataType.FLOAT32, true);
        NDArray scaled = unit.div(255)) {
      return Picture.ofPlanes(size, size, scaled.toFloatArray());
    }
  }

  @Override
  public void close() {
    scope.close();
  }
}
