package dev.voxelmill.gpu.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import dev.voxelmill.gpu.diffusion.ViewPrior;
import dev.voxelmill.gpu.engine.OnDeviceThread;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.fixtures.FixtureCase;
import dev.voxelmill.gpu.fixtures.FixtureCases;
import dev.voxelmill.gpu.fixtures.FixtureTensor;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnDeviceThread
class TrainedPriorTest {
  private static final FixtureCase CASE = FixtureCases.of("view_prior").getFirst();
  private static final Map<String, FixtureTensor> INPUTS = CASE.inputs();
  private static final double TOLERANCE = 1e-4;
  private static final double FOV_RAD = Math.toRadians(49.1);

  private NDManager root;

  @BeforeEach
  void open() {
    root = Torch.start(TorchOptions.cpu()).newScope();
  }

  @AfterEach
  void close() {
    root.close();
  }

  @Test
  void answersAsTheReferenceNetworkWithTheSameWeights() {
    float[] expected = CASE.expected().get("clean").floats();

    float[] actual = denoised(1);

    assertArrayEquals(expected, actual, (float) TOLERANCE);
  }

  @Test
  void guidanceMovesAwayFromTheAnswerWithoutTheInput() {
    float[] expected = CASE.expected().get("guided").floats();

    float[] actual = denoised(3);

    assertArrayEquals(expected, actual, (float) TOLERANCE);
    assertTrue(Math.abs(actual[100] - denoised(1)[100]) > TOLERANCE, "guidance has an effect");
  }

  @Test
  void sizesSurviveMetadata() {
    PriorConfig config = PriorConfig.TOY.withResolution(64);

    assertEquals(config, PriorConfig.of(config.metadata()));
  }

  @Test
  void theToyNetworkHasTheWeightsOfTheStudys() {
    int weights =
        PriorConfig.TOY.weightShapes().values().stream()
            .mapToInt(shape -> Arrays.stream(shape).reduce(1, Math::multiplyExact))
            .sum();

    assertEquals(1_630_412, weights);
  }

  @Test
  void aCameraOfAnotherFieldOfViewIsRefused() {
    try (TrainedPrior model = model()) {
      OrbitCamera wide = OrbitCamera.ofDegrees(0, 20, 1.7, 60);
      NDArray picture = root.zeros(new Shape(1, 4, 16, 16));

      var refusal =
          assertThrows(IllegalArgumentException.class, () -> model.condition(root, picture, wide));

      assertTrue(refusal.getMessage().startsWith("camera.fovDeg: 60.00"), refusal.getMessage());
    }
  }

  private float[] denoised(double guidanceScale) {
    try (TrainedPrior model = model();
        ViewPrior prior =
            model.condition(root, array("picture"), cameras(INPUTS.get("camera")).getFirst())) {
      List<OrbitCamera> targets = cameras(INPUTS.get("targets"));
      int[] timesteps = INPUTS.get("timesteps").ints();
      return prior.denoise(root, array("z"), timesteps, targets, guidanceScale).toFloatArray();
    }
  }

  private TrainedPrior model() {
    JsonNode sizes = CASE.config();
    Map<String, String> metadata = new LinkedHashMap<>();
    sizes.properties().forEach(size -> metadata.put(size.getKey(), size.getValue().asText()));
    Map<String, NDArray> weights = new LinkedHashMap<>();
    for (String name : INPUTS.keySet()) {
      if (name.startsWith("weights/")) {
        weights.put(name.substring("weights/".length()), array(name));
      }
    }
    return TrainedPrior.of(root, PriorConfig.of(metadata), weights);
  }

  private NDArray array(String name) {
    FixtureTensor tensor = INPUTS.get(name);
    long[] shape = tensor.shape().stream().mapToLong(Integer::longValue).toArray();
    return root.create(tensor.floats(), new Shape(shape));
  }

  private static List<OrbitCamera> cameras(FixtureTensor rows) {
    double[] numbers = rows.doubles();
    List<OrbitCamera> cameras = new ArrayList<>();
    for (int i = 0; i < numbers.length; i += 3) {
      cameras.add(new OrbitCamera(numbers[i], numbers[i + 1], numbers[i + 2], FOV_RAD));
    }
    return cameras;
  }
}
