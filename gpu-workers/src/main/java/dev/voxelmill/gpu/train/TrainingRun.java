package dev.voxelmill.gpu.train;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.SafeTensors;
import dev.voxelmill.gpu.toys.ToyFamily;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * A training run from its first or its last saved step to its last: advances, reports, evaluates,
 * and saves its state.
 *
 * @param plan what to do
 * @param directory where {@code state.safetensors} lies; a state found there is continued
 * @param saveEvery wall time between saves
 * @param evaluateEvery steps between evaluations on held-out views
 * @param report receives a line at a time
 */
public record TrainingRun(
    TrainingPlan plan,
    Path directory,
    Duration saveEvery,
    int evaluateEvery,
    Consumer<String> report) {
  private static final int REPORT_EVERY = 50;
  private static final int HELD_OUT_PAIRS = 100;

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
        if (done % evaluateEvery == 0 || done == plan.steps()) {
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

  private void evaluate(NDManager owner, PriorTrainer trainer) {
    StringBuilder line = new StringBuilder("held-out psnr_db step=" + trainer.nextStep());
    for (ToyFamily family : plan.families()) {
      double psnr =
          new HeldOutViews(plan.network(), family, HELD_OUT_PAIRS)
              .posteriorMeanPsnr(owner, trainer.averagedNetwork());
      line.append(String.format(Locale.ROOT, " %s=%.2f", family, psnr));
    }
    report.accept(line.toString());
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
