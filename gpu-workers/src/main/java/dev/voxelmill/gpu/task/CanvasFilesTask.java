package dev.voxelmill.gpu.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.SafeTensors;
import dev.voxelmill.gpu.raster.Png;
import dev.voxelmill.gpu.task.TaskResult.NamedFile;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** A canvas to files: itself, its six views, and their cameras. */
final class CanvasFilesTask extends SingleStepTask {
  private final TaskInput input;

  CanvasFilesTask(TaskContext context, TaskInput input) {
    super(context);
    this.input = input;
  }

  @Override
  Computed compute(NDManager scope) {
    try (SafeTensors file = SafeTensors.of("canvas", TaskInputs.only(input))) {
      NDArray levels = file.read(scope, "canvas"); // (1, 3, H, W) uint8
      List<NamedFile> files = new ArrayList<>();
      CamerasFile described = new CamerasFile(input.request().camera().toOrbit());
      List<OrbitCamera> cameras = CanvasPictures.cameras(input);
      for (int view = 0; view < cameras.size(); view++) {
        String name = String.format(Locale.ROOT, "view-%03d.png", view + 1);
        byte[] png = Png.encode(CanvasPictures.view(levels, view));
        files.add(new NamedFile(name, "image/png", png));
        described.add(name, cameras.get(view));
      }
      files.add(described.toFile());
      files.add(new NamedFile("canvas.png", "image/png", Png.encode(CanvasPictures.whole(levels))));
      return new Computed.Made(new TaskResult.Files(files, new TreeMap<>(), ModelUses.read(file)));
    }
  }
}
