package dev.voxelmill.gpu.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.OnDeviceThread;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.field.Lookup;
import dev.voxelmill.gpu.fixtures.FixtureCase;
import dev.voxelmill.gpu.fixtures.FixtureCases;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Every recorded case of SJC and 3drec below the directory of {@code voxelmill.fixtures}. */
@OnDeviceThread
class SjcFixtureParityTest {
  /** By the beginning of the kind; a case that no entry fits fails. */
  private static final Map<String, ParityKind> KINDS =
      new LinkedHashMap<>(
          Map.of(
              "rays", new RaysParity(),
              "voxel_render", new RenderParity(Lookup.SEPARATE),
              "losses", new LossesParity(),
              "score", new ScoreParity(),
              "export_mesh_field", new ExportParity(),
              "train_loop", new TrainLoopParity()));

  @Test
  void everyRecordedCaseIsReproduced() {
    List<String> failures = new ArrayList<>();

    for (Recording recording : recordings()) {
      Comparison comparison = compare(recording, answers(recording));
      System.out.printf(
          "%s: %d tensors, max error %.3g, %s%n",
          recording.one().name(),
          comparison.tensors(),
          comparison.largestError(),
          comparison.problems().isEmpty() ? "ok" : "FAIL " + comparison.problems());
      comparison.problems().forEach(p -> failures.add(recording.one().name() + ": " + p));
    }

    assertEquals(List.of(), failures);
  }

  @Test
  void densityAndColourLookedUpTogetherGiveTheRecordedNumbersToo() {
    List<Recording> renders =
        recordings().stream().filter(one -> name(one).equals("voxel_render")).toList();

    for (Recording recording : renders) {
      try (NDManager scope = Torch.start(TorchOptions.cpu()).newScope()) {
        Answers answers = new RenderParity(Lookup.TOGETHER).answer(scope, recording);

        assertEquals(List.of(), compare(recording, answers.values()).problems());
      }
    }
    assertFalse(renders.isEmpty());
  }

  @Test
  void aPerturbedValueOfEveryTensorOfEveryKindIsNoticed() {
    Map<String, Recording> first = new LinkedHashMap<>();
    recordings().forEach(recording -> first.putIfAbsent(name(recording), recording));

    assertEquals(new TreeSet<>(KINDS.keySet()), new TreeSet<>(first.keySet()));
    for (Recording recording : first.values()) {
      Map<String, double[]> answers = answers(recording);
      assertTrue(compare(recording, answers).problems().isEmpty());
      for (String tensor : recording.expected().keySet()) {
        double[] exact = answers.get(tensor);
        double[] perturbed = exact.clone();
        int at = largest(recording, tensor, exact);
        perturbed[at] += 0.01 + 0.01 * Math.abs(exact[at]);
        answers.put(tensor, perturbed);

        assertFalse(compare(recording, answers).problems().isEmpty(), tensor);

        answers.put(tensor, exact);
      }
    }
  }

  /** The largest of the elements that the case's tolerance does not exclude. */
  private static int largest(Recording recording, String tensor, double[] values) {
    boolean[] counts =
        Comparison.comparable(
            recording.expected().get(tensor), recording.expected(), tolerance(recording));
    int at = -1;
    for (int i = 0; i < values.length; i++) {
      if (counts[i] && (at < 0 || Math.abs(values[i]) > Math.abs(values[at]))) {
        at = i;
      }
    }
    return at;
  }

  private static List<Recording> recordings() {
    List<Recording> recordings = new ArrayList<>();
    for (Recording.Source source : Recording.Source.values()) {
      for (FixtureCase one : FixtureCases.of(source.group)) {
        recordings.add(Recording.of(source, one));
      }
    }
    return recordings;
  }

  private static Map<String, double[]> answers(Recording recording) {
    try (NDManager scope = Torch.start(TorchOptions.cpu()).newScope()) {
      return KINDS.get(name(recording)).answer(scope, recording).values();
    }
  }

  private static String name(Recording recording) {
    return KINDS.keySet().stream()
        .filter(kind -> recording.kind().startsWith(kind))
        .findFirst()
        .orElseThrow(
            () ->
                new AssertionError(
                    recording.one().name()
                        + ": kind "
                        + recording.kind()
                        + " (expected: one of "
                        + KINDS.keySet()
                        + ")"));
  }

  private static Comparison compare(Recording recording, Map<String, double[]> answers) {
    return Comparison.of(answers, recording.expected(), tolerance(recording));
  }

  private static Tolerance tolerance(Recording recording) {
    return Tolerance.parse(recording.one().description().get("tolerance").asText());
  }
}
