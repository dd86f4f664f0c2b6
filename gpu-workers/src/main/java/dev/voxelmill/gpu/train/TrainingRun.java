package dev.voxelmill.gpu.train;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.SafeTensors;
import dev.voxelmill.gpu.toys.ToyFamily;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * A training run from its first or its last saved step to its last: advances, reports, evaluates,
 * and saves its state.
 *
 * @param plan what to do
 * @param directory where {@code state.safetensors} lies, which is continued, and {@code
 *     held-out.csv}
 * @param saveEvery wall time between saves
 * @param examination when and how thoroughly held-out views are judged
 * @param report receives a line at a time
 */
public record TrainingRun(
    TrainingPlan plan,
    Path directory,
    Duration saveEvery,
    Examination examination,
    Consumer<String> report) {
  private static final int REPORT_EVERY = 50;

  /**
   * A look at held-out views.
   *
   * @param everySteps steps between two looks; there is one after the last step too
   * @param pairs of views per family
   */
  public record Examination(int everySteps, int pairs) {}

  /** The file of a run's state within its directory. */
  static Path stateFile(Path directory) {
    return directory.resolve("state.safetensors");
  }

  /** Runs to the end of the plan; must be called on a device thread. */
  public void run(NDManager owner) throws IOException {
    Files.createDirectories(directory);
    Path file = stateFile(directory);
    try (PriorTrainer trainer = trainer(owner, file)) {
      report.accept("starting at step " + trainer.nextStep());
      Pace pace = new Pace(plan);
      long savedAt = System.nanoTime();
      while (trainer.nextStep() < plan.steps()) {
        PriorTrainer.Progress progress = trainer.advance();
        pace.add(progress.loss());
        int done = trainer.nextStep();
        if (done % REPORT_EVERY == 0) {
          report.accept(pace.line(progress));
        }
        if (done % examination.everySteps() == 0 || done == plan.steps()) {
          evaluate(owner, trainer);
        }
        if (System.nanoTime() - savedAt > saveEvery.toNanos()) {
          trainer.state().writeTo(file);
          savedAt = System.nanoTime();
        }
      }
      trainer.state().writeTo(file);
    }
  }

  private PriorTrainer trainer(NDManager owner, Path file) {
    if (!Files.exists(file)) {
      return PriorTrainer.begin(owner, plan);
    }
    try (SafeTensors state = SafeTensors.open(file)) {
      return PriorTrainer.resume(owner, plan, state);
    }
  }

  private void evaluate(NDManager owner, PriorTrainer trainer) throws IOException {
    StringBuilder line = new StringBuilder("held-out psnr_db step=" + trainer.nextStep());
    StringBuilder rows = new StringBuilder();
    for (ToyFamily family : plan.families()) {
      HeldOutViews.Scores scores =
          new HeldOutViews(family, examination.pairs()).measure(owner, trainer.averagedPrior());
      line.append(String.format(Locale.ROOT, " %s=%.2f", family, scores.psnrDb().mean()));
      rows.append(
          String.format(
              Locale.ROOT,
              "%d,%s,%.3f,%.4f%n",
              trainer.nextStep(),
              family,
              scores.psnrDb().mean(),
              scores.maskIou()));
    }
    report.accept(line.toString());
    Path file = directory.resolve("held-out.csv");
    if (!Files.exists(file)) {
      Files.writeString(file, "step,family,psnr_db,mask_iou\n");
    }
    Files.writeString(file, rows, StandardOpenOption.APPEND);
  }

  /** Mean loss and speed since the last report. */
  private static final class Pace {
    private final TrainingPlan plan;
    private double losses;
    private int count;
    private long since = System.nanoTime();

    Pace(TrainingPlan plan) {
      this.plan = plan;
    }

    void add(float loss) {
      losses += loss;
      count++;
    }

    String line(PriorTrainer.Progress progress) {
      double seconds = (System.nanoTime() - since) / 1e9;
      int done = progress.step() + 1;
      long left = Math.round((plan.steps() - done) * seconds / count);
      String line =
          String.format(
              Locale.ROOT,
              "step %d/%d loss %.4f gradient %.2f rate %.2e samples/s %.0f left %d:%02d:%02d",
              done,
              plan.steps(),
              losses / count,
              progress.gradientNorm(),
              plan.rateAt(progress.step()),
              count * plan.rows() / seconds,
              left / 3600,
              left / 60 % 60,
              left % 60);
      losses = 0;
      count = 0;
      since = System.nanoTime();
      return line;
    }
  }
}
