package dev.voxelmill.gpu.task;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.OnDeviceThread;
import dev.voxelmill.gpu.engine.SafeTensors;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.models.PretrainedModels;
import dev.voxelmill.gpu.nn.diffusers.PrintOptions;
import dev.voxelmill.gpu.nn.script.Precision;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.plan.Methods;
import dev.voxelmill.protocols.plan.Plans;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A whole job of a pretrained model in half precision ends where it ends in float32. */
@OnDeviceThread
class HalfPrecisionTasksTest {
  private NDManager device;

  @BeforeEach
  void open() {
    device = Torch.start(TorchOptions.cpu()).newScope();
  }

  @AfterEach
  void close() {
    device.close();
  }

  /** Shares of the latents' size; more than twice what was seen, 0.019 and 0.002. */
  @ParameterizedTest
  @CsvSource({"BFLOAT16, 0.05", "FLOAT16, 0.006"})
  void latentsAreThoseOfFloat32UpToRounding(Precision precision, double tolerance) {
    float[] exact = latents(Precision.FLOAT32);
    float[] rounded = latents(precision);

    double error = 0;
    double size = 0;
    for (int i = 0; i < exact.length; i++) {
      assertTrue(Float.isFinite(rounded[i]));
      error += Math.pow(rounded[i] - exact[i], 2);
      size += Math.pow(exact[i], 2);
    }
    double share = Math.sqrt(error / size);
    assertTrue(share > 0 && share < tolerance, precision + ": " + share);
  }

  private float[] latents(Precision precision) {
    TaskContext known = TinyJob.context(device);
    TaskContext context =
        new TaskContext(
            device,
            known.prior(),
            known.priorUse(),
            new PretrainedModels(
                device,
                List.of(TinyJob.ZERO123),
                PrintOptions.PLAIN.in(precision),
                PretrainedModels.Room.ENDLESS),
            known.provenance());
    JobRequest request = TinyJob.request(Methods.ZERO123, TinyJob.ZERO123_PARAMETERS);
    PlanRun.Finished run =
        (PlanRun.Finished)
            PlanRun.of(new StepTasks(context), Plans.of(request), request, TinyJob.picture());
    try (SafeTensors file = SafeTensors.of("latents", run.tensors().get("denoise"))) {
      return file.floats("latents");
    }
  }
}
