package dev.voxelmill.protocols.lifecycle;

import dev.voxelmill.protocols.geometry.ViewCamera;
import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.ChunkRef;
import dev.voxelmill.protocols.job.FileRef;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.job.Sha256;
import dev.voxelmill.protocols.plan.Method;
import dev.voxelmill.protocols.plan.Methods;
import dev.voxelmill.protocols.plan.ParameterCheck;
import dev.voxelmill.protocols.plan.Plans;
import dev.voxelmill.protocols.worker.TaskOutput;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerReport;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Jobs, manifests and outputs for the tests of the machine. */
final class Jobs {
  static final Sha256 BODY = new Sha256(0, 0, 0, 1);
  static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
  static final WorkerId ONE = new WorkerId("worker-1");
  static final WorkerId TWO = new WorkerId("worker-2");

  private Jobs() {}

  static JobRequest request() {
    return request(Map.of());
  }

  static JobRequest request(Map<String, String> given) {
    return request(Methods.IMAGE_TO_3D, given);
  }

  static JobRequest request(Method method, Map<String, String> given) {
    var check = (ParameterCheck.Accepted) method.check(given);
    return new JobRequest(
        new JobId("default", "car-1"),
        method.name(),
        new JobRequest.ImageRef("image/png", 32, 32, blob()),
        ViewCamera.DEFAULT,
        7,
        check.parameters(),
        List.of(),
        JobRequest.DEFAULT_PRIORITY);
  }

  static Decision accepted() {
    return accepted(Map.of());
  }

  static Decision accepted(Map<String, String> given) {
    return accepted(Methods.IMAGE_TO_3D, given);
  }

  static Decision accepted(Method method, Map<String, String> given) {
    JobRequest request = request(method, given);
    return JobState.accepted(request, BODY, Plans.of(request), NOON);
  }

  static CheckpointManifest manifest(String task, int attempt, int number, long nextStep) {
    return new CheckpointManifest(
        task,
        attempt,
        number,
        nextStep,
        0,
        CheckpointManifest.PayloadCodec.NONE,
        4,
        List.of(new ChunkRef(17, 4, 99)),
        "cpu-test");
  }

  static WorkerReport.Completed completed(String task, int attempt, WorkerId worker) {
    return completed(task, attempt, worker, 10);
  }

  static WorkerReport.Completed completed(String task, int attempt, WorkerId worker, long steps) {
    return completed(task, attempt, worker, steps, task.equals("mesh"));
  }

  static WorkerReport.Completed completed(
      String task, int attempt, WorkerId worker, long steps, boolean last) {
    TaskOutput output =
        last
            ? new TaskOutput.Files(
                List.of(new FileRef("asset.glb", "model/gltf-binary", blob())),
                new TreeMap<>(Map.of("mesh.faces", 12.0)),
                List.of(new TaskOutput.ModelUse("toy-prior", "0".repeat(64), "Apache-2.0")))
            : new TaskOutput.Tensors(manifest(task, attempt, 1000, 10));
    return new WorkerReport.Completed(
        output, new TaskOutput.Cost(worker, steps, 1.5, 0.1, 0.2, 2, Map.of("libtorch", "2.7.1")));
  }

  static BlobRef blob() {
    return new BlobRef("0".repeat(64), 4, 0, List.of(new ChunkRef(3, 4, 99)));
  }
}
