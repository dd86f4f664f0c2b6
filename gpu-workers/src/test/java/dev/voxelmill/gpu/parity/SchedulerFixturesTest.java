package dev.voxelmill.gpu.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.OnDeviceThread;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.fixtures.FixtureCase;
import dev.voxelmill.gpu.fixtures.FixtureCases;
import dev.voxelmill.gpu.fixtures.FixtureTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every recorded sampler below the directory of {@code voxelmill.fixtures}. */
@OnDeviceThread
class SchedulerFixturesTest {
  private static final Pattern TOLERANCE = Pattern.compile("rtol ([0-9.e-]+) of max.*");

  @Test
  void everyRecordedSamplerIsReproduced() {
    List<String> failures = new ArrayList<>();
    for (FixtureCase one : FixtureCases.below("schedulers")) {
      List<String> problems = problems(one, answers(one));
      System.out.printf("%s: %d tensors, %s%n", one.name(), one.expected().size(), problems);
      failures.addAll(problems);
    }

    assertEquals(List.of(), failures);
  }

  @Test
  void aPerturbedTrajectoryIsNoticed() {
    FixtureCase one = FixtureCases.below("schedulers").getFirst();
    Map<String, double[]> answers = answers(one);
    String trajectory =
        answers.keySet().stream()
            .filter(name -> name.endsWith("trajectory"))
            .findFirst()
            .orElseThrow();
    answers.get(trajectory)[7] += 0.01;

    assertFalse(problems(one, answers).isEmpty());
  }

  private static Map<String, double[]> answers(FixtureCase one) {
    try (NDManager scope = Torch.start(TorchOptions.cpu()).newScope()) {
      return SchedulerParity.answer(scope, one).values();
    }
  }

  /** The case allows a part of the largest number of a tensor, and of 1 where all are smaller. */
  private static List<String> problems(FixtureCase one, Map<String, double[]> answers) {
    Matcher allowed = TOLERANCE.matcher(one.description().get("tolerance").asText());
    assertEquals(true, allowed.matches(), one.name());
    double relative = Double.parseDouble(allowed.group(1));
    List<String> problems = new ArrayList<>();
    for (FixtureTensor tensor : one.expected().values()) {
      double[] recorded = tensor.doubles();
      double[] answer = answers.get(tensor.name());
      double largest = 1;
      double error = answer == null || answer.length != recorded.length ? Double.NaN : 0;
      for (int i = 0; !Double.isNaN(error) && i < recorded.length; i++) {
        largest = Math.max(largest, Math.abs(recorded[i]));
        error = Math.max(error, Math.abs(answer[i] - recorded[i]));
      }
      if (!(error <= relative * largest)) {
        problems.add("%s: %s off by %.3g".formatted(one.name(), tensor.name(), error));
      }
    }
    return problems;
  }
}
