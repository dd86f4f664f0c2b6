package dev.voxelmill.gpu.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.OnDeviceThread;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.mesh.AssetMesh;
import dev.voxelmill.gpu.mesh.GlbReader;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.plan.Methods;
import dev.voxelmill.protocols.plan.Plans;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Zero-1-to-3 from a picture to a mesh, over a folder of random weights. */
@OnDeviceThread
class Zero123ShapeTest {
  private NDManager device;

  @BeforeEach
  void open() {
    device = Torch.start(TorchOptions.cpu()).newScope();
  }

  @AfterEach
  void close() {
    device.close();
  }

  @Test
  void aPictureBecomesAWholeMeshWithDecodedColours() {
    JobRequest request = TinyJob.request(Methods.ZERO123_3D, TinyJob.ZERO123_3D_PARAMETERS);

    PlanRun.Finished run =
        (PlanRun.Finished)
            PlanRun.of(
                new StepTasks(TinyJob.context(device)),
                Plans.of(request),
                request,
                TinyJob.picture());

    assertEquals(1.0, run.files().quality().get("mesh.watertight"));
    AssetMesh mesh = GlbReader.read(run.files().files().getFirst().bytes());
    assertTrue(mesh.mesh().faceCount() > 50, () -> "faces: " + mesh.mesh().faceCount());
    float largest = 0;
    for (float coordinate : mesh.mesh().positions()) {
      largest = Math.max(largest, Math.abs(coordinate));
    }
    // The box of +-1 seen from 2 is one of +-0.85 seen from the requested 1.7.
    assertTrue(largest > 0.3 && largest < 0.86, "extent: " + largest);
    for (float colour : mesh.colours()) {
      assertTrue(colour >= 0 && colour <= 1, "colour: " + colour);
    }
  }

  @Test
  void aThresholdAboveEveryDensityIsToldBesideTheDensest() {
    Map<String, String> parameters = new HashMap<>(TinyJob.ZERO123_3D_PARAMETERS);
    parameters.put("mesh.threshold", "900");
    JobRequest request = TinyJob.request(Methods.ZERO123_3D, parameters);

    PlanRun.Stopped stopped =
        (PlanRun.Stopped)
            PlanRun.of(
                new StepTasks(TinyJob.context(device)),
                Plans.of(request),
                request,
                TinyJob.picture());

    assertEquals(JobFailure.Code.EMPTY_MESH, stopped.failure().code());
    assertTrue(stopped.failure().message().startsWith("mesh.threshold: 900.0 times the mean"));
  }
}
