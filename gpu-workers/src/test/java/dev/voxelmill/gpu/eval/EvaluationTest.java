package dev.voxelmill.gpu.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import dev.voxelmill.gpu.engine.OnDeviceThread;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.task.PriorFile;
import dev.voxelmill.gpu.task.TaskContext;
import dev.voxelmill.gpu.task.Versions;
import dev.voxelmill.gpu.toys.ToyFamily;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

@OnDeviceThread
class EvaluationTest {
  private static final long SEED = 60_000_900;
  private static final Map<String, String> SHORT =
      Map.of("project.fitSteps", "10", "distill.steps", "10", "grid.size", "24");

  @Test
  void everyVariantOfAToyIsScoredAndDrawn() throws IOException {
    try (NDManager device = Torch.start(TorchOptions.cpu()).newScope()) {
      PriorFile prior = PriorFile.of(Optional.empty());
      TaskContext context =
          new TaskContext(device, prior.load(device), prior.use(), Versions.present());
      Evaluation evaluation =
          new Evaluation(context, false, SHORT, Map.of("project.fitSteps", "5"));

      String line = evaluation.evaluate(ToyFamily.CAR, SEED);

      JsonNode row = evaluation.json().path("toys").path(0);
      assertTrue(line.startsWith("car"), line);
      assertEquals(SEED, row.path("seed").asLong());
      for (Variant solid : List.of(Variant.DISTILLATION, Variant.PROJECTION, Variant.HULL)) {
        assertTrue(row.path(solid.title()).path("volumeIou").asDouble() > 0.4, row::toPrettyString);
      }
      double copy = row.path(Variant.COPY.title()).path("silhouetteIou").asDouble();
      double made = row.path(Variant.DISTILLATION.title()).path("silhouetteIou").asDouble();
      assertTrue(made > copy, row::toPrettyString);
      assertTrue(row.path("failures").isEmpty(), row::toPrettyString);
      assertFalse(row.path(Variant.COPY.title()).has("volumeIou"), row::toPrettyString);
      assertTrue(evaluation.summary().contains("car, 1 toys"), evaluation::summary);
      assertTrue(ImageIO.read(new ByteArrayInputStream(evaluation.pictures())).getWidth() > 1000);
    }
  }
}
