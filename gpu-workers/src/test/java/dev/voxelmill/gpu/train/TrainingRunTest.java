package dev.voxelmill.gpu.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.OnDeviceThread;
import dev.voxelmill.gpu.engine.SafeTensors;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.nn.PriorConfig;
import dev.voxelmill.gpu.nn.TrainedPrior;
import dev.voxelmill.gpu.toys.ToyFamily;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@OnDeviceThread
class TrainingRunTest {
  private static final PriorConfig TINY = new PriorConfig(16, 8, 8, 8, 16, 2, 4, 1, 49.1);
  private static final int STEPS = 50;

  private static final TrainingRun.Examination EXAMINATION = new TrainingRun.Examination(STEPS, 3);

  @TempDir Path directory;
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
  void twoRunsOfOneSeedGiveTheSameBytes() throws IOException {
    List<String> lines = new ArrayList<>();

    byte[] once = trained("once", plan(1), lines);
    byte[] again = trained("again", plan(1), new ArrayList<>());
    byte[] other = trained("other", plan(2), new ArrayList<>());

    assertArrayEquals(once, again);
    assertFalse(Arrays.equals(once, other), "another seed gives other weights");
    assertTrue(
        lines.stream().anyMatch(line -> line.startsWith("step 50/50 loss ")), lines::toString);
    assertTrue(
        lines.stream().anyMatch(line -> line.startsWith("held-out psnr_db step=50 CAR=")),
        lines::toString);
  }

  @Test
  void anInterruptedRunEndsAsAnUninterruptedOne() throws IOException {
    byte[] straight = trained("straight", plan(1), new ArrayList<>());
    Path file = TrainingRun.stateFile(Files.createDirectories(directory.resolve("broken")));
    try (PriorTrainer trainer = PriorTrainer.begin(root, plan(1))) {
      advance(trainer, STEPS / 2);
      trainer.state().writeTo(file);
    }

    byte[] resumed = trained("broken", plan(1), new ArrayList<>());

    assertArrayEquals(straight, resumed);
  }

  @Test
  void theLossFalls() {
    try (PriorTrainer trainer = PriorTrainer.begin(root, plan(3))) {
      double early = advance(trainer, 10);
      advance(trainer, 20);
      double late = advance(trainer, 20);

      assertTrue(late < 0.9 * early, early + " -> " + late);
    }
  }

  @Test
  void anExportIsAPriorOfTheSameNetwork() throws IOException {
    trained("run", plan(1), new ArrayList<>());
    Path file = directory.resolve("prior.safetensors");

    PriorExport.write(root, directory.resolve("run"), TINY, file);

    try (SafeTensors exported = SafeTensors.open(file);
        TrainedPrior prior = TrainedPrior.read(root, exported)) {
      assertEquals(TINY.resolution(), prior.resolution());
      assertEquals("50", exported.metadata().get("steps"));
    }
  }

  @Test
  void theRateRisesStaysAndFallsToTheEnd() {
    TrainingPlan plan = TrainingPlan.standard(PriorConfig.TOY, 1, 1000, false);

    assertEquals(1e-5, plan.rateAt(0), 1e-12);
    assertEquals(2e-3, plan.rateAt(200), 1e-12);
    assertEquals(2e-3, plan.rateAt(699), 1e-12);
    assertEquals(1e-3, plan.rateAt(850), 1e-12);
    assertEquals(4e-5, plan.rateAt(999), 1e-12);
  }

  @Test
  void carsAreDrawnTwiceAsOften() {
    TrainingPlan plan = TrainingPlan.standard(PriorConfig.TOY, 1, 10, false);

    assertEquals(ToyFamily.CAR, plan.familyAt(0));
    assertEquals(ToyFamily.CAR, plan.familyAt(0.399));
    assertEquals(ToyFamily.ANIMAL, plan.familyAt(0.401));
    assertEquals(ToyFamily.ROCKET, plan.familyAt(0.999));
  }

  private byte[] trained(String name, TrainingPlan plan, List<String> lines) throws IOException {
    Path run = directory.resolve(name);
    new TrainingRun(plan, run, Duration.ofMinutes(5), EXAMINATION, lines::add).run(root);
    return Files.readAllBytes(TrainingRun.stateFile(run));
  }

  private static double advance(PriorTrainer trainer, int steps) {
    double sum = 0;
    for (int i = 0; i < steps; i++) {
      sum += trainer.advance().loss();
    }
    return sum / steps;
  }

  private static TrainingPlan plan(long seed) {
    return new TrainingPlan(
        TINY, seed, STEPS, 2, 2, 2e-3, List.of(ToyFamily.CAR, ToyFamily.ROCKET), false);
  }
}
