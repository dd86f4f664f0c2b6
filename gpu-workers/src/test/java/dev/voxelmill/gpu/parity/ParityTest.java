package dev.voxelmill.gpu.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.OnDeviceThread;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.field.Lookup;
import dev.voxelmill.gpu.fixtures.FixtureCases;
import dev.voxelmill.gpu.fixtures.FixtureTensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every recorded case below the directory of {@code voxelmill.fixtures}, except those of {@link
 * CaseKinds#walks other tests}. What a case is follows from its {@code case.json}; a further case
 * of a known kind needs a folder and no code.
 */
@OnDeviceThread
class ParityTest {
  @Test
  void everyRecordedCaseIsReproduced() {
    List<String> failures = new ArrayList<>();

    List<ParityTable.Row> rows = new ArrayList<>();
    for (Recording recording : recordings()) {
      Comparison comparison = compare(recording);
      ParityTable.Row row = new ParityTable.Row(recording, comparison);
      rows.add(row);
      System.out.printf(
          "%s: %d tensors, max error %.3g, %s%n",
          recording.one().name(), comparison.tensors(), comparison.largestError(), row.result());
      comparison.problems().forEach(p -> failures.add(recording.one().name() + ": " + p));
    }
    System.out.printf("parity: %d cases, %d problems%n", rows.size(), failures.size());
    ParityTable.writeIfAsked(rows);

    assertEquals(List.of(), failures);
  }

  @Test
  void densityAndColourLookedUpTogetherGiveTheRecordedNumbersToo() {
    for (Recording recording : recordings()) {
      if (CaseKinds.named(recording.kind()) instanceof RenderParity) {
        try (NDManager scope = scope()) {
          Answers answers = new RenderParity(Lookup.TOGETHER).answer(scope, recording);

          assertEquals(List.of(), compare(recording, answers.values()).problems());
        }
      }
    }
  }

  @Test
  void aPerturbedValueOfEveryTensorOfEveryKindIsNoticed() {
    Map<String, Recording> first = new LinkedHashMap<>();
    recordings().forEach(recording -> first.putIfAbsent(recording.kind(), recording));

    for (Recording recording : first.values()) {
      Map<String, double[]> answers = answers(recording);
      assertEquals(List.of(), compare(recording, answers).problems(), recording.kind());
      Map<String, FixtureTensor> expected = CaseKinds.named(recording.kind()).expected(recording);
      for (FixtureTensor tensor : expected.values()) {
        double[] exact = answers.get(tensor.name());
        double[] perturbed = exact.clone();
        int at = largest(tensor, expected, recording.tolerance(), exact);
        perturbed[at] += 0.01 + 0.01 * Math.abs(exact[at]) + recording.tolerance().absolute() * 2;
        answers.put(tensor.name(), perturbed);

        assertFalse(
            compare(recording, answers).problems().isEmpty(),
            recording.one().name() + " " + tensor.name());

        answers.put(tensor.name(), exact);
      }
    }
  }

  @Test
  void aCaseOfAnUnknownKindIsAnError() {
    assertThrows(AssertionError.class, () -> CaseKinds.of("no_such_kind"));
    assertTrue(CaseKinds.walks("no_such_kind"));
  }

  @Test
  void aFolderWithoutCasesIsAnError(@TempDir Path empty) {
    assertThrows(IllegalStateException.class, () -> FixtureCases.below(empty));
  }

  /** The largest of the elements that the case's tolerance does not exclude. */
  private static int largest(
      FixtureTensor tensor,
      Map<String, FixtureTensor> expected,
      Tolerance tolerance,
      double[] values) {
    boolean[] counts = Comparison.comparable(tensor, expected, tolerance);
    int at = -1;
    for (int i = 0; i < values.length; i++) {
      if (counts[i] && (at < 0 || Math.abs(values[i]) > Math.abs(values[at]))) {
        at = i;
      }
    }
    return at;
  }

  /** It is an error when there is none. */
  private static List<Recording> recordings() {
    List<Recording> recordings =
        FixtureCases.all().stream()
            .filter(one -> CaseKinds.walks(one.name()))
            .map(Recording::of)
            .toList();
    assertFalse(recordings.isEmpty(), "no case below voxelmill.fixtures (expected: at least one)");
    return recordings;
  }

  /** A case that cannot be answered is one that is not reproduced; the others are still walked. */
  private static Comparison compare(Recording recording) {
    try {
      return compare(recording, answers(recording));
    } catch (RuntimeException e) {
      e.printStackTrace(System.out);
      return Comparison.impossible("no answer: " + e);
    }
  }

  private static Comparison compare(Recording recording, Map<String, double[]> answers) {
    return Comparison.of(
        answers, CaseKinds.named(recording.kind()).expected(recording), recording.tolerance());
  }

  private static Map<String, double[]> answers(Recording recording) {
    try (NDManager scope = scope()) {
      return CaseKinds.named(recording.kind()).answer(scope, recording).values();
    }
  }

  private static NDManager scope() {
    return Torch.start(TorchOptions.cpu()).newScope();
  }
}
