package dev.voxelmill.gpu.task;

import dev.voxelmill.gpu.mesh.AssetMesh;
import dev.voxelmill.gpu.mesh.AssetMesher;
import dev.voxelmill.gpu.mesh.GlbWriter;
import dev.voxelmill.gpu.mesh.ObjWriter;
import dev.voxelmill.gpu.mesh.PlyWriter;
import dev.voxelmill.gpu.raster.Png;
import dev.voxelmill.gpu.raster.Turntable;
import dev.voxelmill.gpu.task.TaskResult.NamedFile;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.worker.TaskOutput.ModelUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What every method delivers of a mesh. */
final class MeshFiles {
  private static final int TURNTABLE_PX = 256;

  private MeshFiles() {}

  /**
   * The GLB, the other formats that the request wants, and a turntable.
   *
   * @param input the camera from which the turntable starts
   */
  static List<NamedFile> of(
      AssetMesh asset, OrbitCamera input, JobRequest request, Map<String, String> provenance) {
    List<NamedFile> files = new ArrayList<>();
    files.add(new NamedFile("asset.glb", "model/gltf-binary", GlbWriter.write(asset, provenance)));
    if (request.outputs().contains("ply")) {
      files.add(new NamedFile("asset.ply", "application/x-ply", PlyWriter.write(asset)));
    }
    if (request.outputs().contains("obj")) {
      files.add(new NamedFile("asset.obj", "model/obj", ObjWriter.write(asset)));
    }
    files.add(
        new NamedFile(
            "turntable.png", "image/png", Png.encode(Turntable.of(asset, input, TURNTABLE_PX))));
    return files;
  }

  /** What the GLB says about its making; sorted, so that equal jobs give equal bytes. */
  static Map<String, String> provenance(TaskContext context, JobRequest request, ModelUse prior) {
    Map<String, String> lines = new TreeMap<>(context.provenance());
    lines.put("method", request.method());
    lines.put("seed", Long.toString(request.seed()));
    lines.put("prior", prior.name());
    lines.put("priorSha256", prior.sha256());
    return lines;
  }

  /** Figures of the mesh by name. */
  static SortedMap<String, Double> quality(AssetMesher.Meshed meshed) {
    SortedMap<String, Double> quality = new TreeMap<>();
    AssetMesher.Report report = meshed.report();
    quality.put("mesh.faces", (double) report.facesDelivered());
    quality.put("mesh.facesExtracted", (double) report.facesExtracted());
    quality.put("mesh.components", (double) report.quality().components());
    quality.put("mesh.watertight", report.quality().isWatertight() ? 1.0 : 0.0);
    quality.put("mesh.simplificationError", (double) report.simplificationError());
    return quality;
  }
}
