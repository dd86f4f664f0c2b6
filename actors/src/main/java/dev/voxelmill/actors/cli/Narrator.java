package dev.voxelmill.actors.cli;

import static java.util.stream.Collectors.joining;

import dev.voxelmill.protocols.topic.EventRecord;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/**
 * Tells the events of one job to a person. On a terminal the line of the running stage is rewritten
 * in place; elsewhere, as in a log, it is repeated every few seconds.
 */
final class Narrator {
  private static final Duration LOG_INTERVAL = Duration.ofSeconds(2);
  private static final int BAR_WIDTH = 24;
  private static final String ERASE_LINE = "\r\u001b[K";

  private final PrintWriter out;
  private final boolean terminal;
  private boolean lineOpen;
  private String toldStage = "";
  private Instant toldAt = Instant.EPOCH;

  Narrator(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** A narrator of this process; the launcher says whether standard output is a terminal. */
  static Narrator of(PrintWriter out) {
    return new Narrator(out, Boolean.getBoolean("voxelmill.terminal"));
  }

  void tell(EventRecord told) {
    switch (told.event()) {
      case EventRecord.Accepted accepted -> line("accepted", told.job() + "  " + accepted.method());
      case EventRecord.Started started -> line("started", "on " + started.worker());
      case EventRecord.Progress progress -> progress(told.time(), progress);
      case EventRecord.StageCompleted stage ->
          line(stage.stage(), "done in " + seconds(stage.wallSeconds()) + " on " + stage.worker());
      case EventRecord.Succeeded succeeded ->
          line(
              "succeeded",
              succeeded.files().size()
                  + " files"
                  + succeeded.budget().stream().map(cut -> ", " + cut).collect(joining()));
      case EventRecord.Failed failed ->
          line("failed", failed.failure().code() + ": " + failed.failure().message());
      case EventRecord.Cancelled cancelled -> line("cancelled", "by " + cancelled.commandId());
      case EventRecord.Paused paused -> line("paused", "devices are free, checkpoints are kept");
      case EventRecord.Resumed resumed -> line("resumed", told.job().toString());
      case EventRecord.Reprioritised reprioritised ->
          line("priority", Integer.toString(reprioritised.priority()));
      case EventRecord.Answered answered ->
          line(answered.command(), answered.outcome().word() + "  (" + answered.commandId() + ")");
      case EventRecord.Rejected rejected -> line("rejected", rejected.reason());
      case EventRecord.CheckpointRejected rejected ->
          line(
              rejected.stage(),
              "checkpoint %d of attempt %d is damaged: %s"
                  .formatted(rejected.number(), rejected.attempt(), rejected.reason()));
      // Both are for programs: a person sees that work goes on.
      case EventRecord.Checkpointed checkpointed -> {}
      case EventRecord.Preview preview -> {}
    }
  }

  private void progress(Instant at, EventRecord.Progress progress) {
    if (progress.total() == 0) {
      return; // the worker still loads the task and does not know its length
    }
    if (terminal) {
      out.print(ERASE_LINE + row(progress.stage(), describe(progress)));
      out.flush();
      lineOpen = true;
      return;
    }
    boolean due = Duration.between(toldAt, at).compareTo(LOG_INTERVAL) >= 0;
    if (due || !progress.stage().equals(toldStage)) {
      toldStage = progress.stage();
      toldAt = at;
      line(progress.stage(), describe(progress));
    }
  }

  private void line(String subject, String text) {
    if (lineOpen) {
      out.print(ERASE_LINE);
      lineOpen = false;
    }
    out.println(row(subject, text));
    out.flush();
  }

  /** Step, rate, loss and time to go, as far as they are known. */
  static String describe(EventRecord.Progress progress) {
    long total = Math.max(1, progress.total());
    int filled = Math.clamp(progress.step() * BAR_WIDTH / total, 0, BAR_WIDTH);
    StringBuilder text = new StringBuilder();
    text.append('[').append("#".repeat(filled)).append(".".repeat(BAR_WIDTH - filled)).append("] ");
    text.append("step ").append(progress.step()).append('/').append(progress.total());
    if (progress.stepsPerSecond() > 0) {
      text.append(String.format(Locale.ROOT, "  %.1f it/s", progress.stepsPerSecond()));
    }
    if (Double.isFinite(progress.loss())) {
      text.append(String.format(Locale.ROOT, "  loss %.4g", progress.loss()));
    }
    if (Double.isFinite(progress.etaSeconds())) {
      text.append("  ETA ").append(seconds(progress.etaSeconds()));
    }
    return text.toString();
  }

  static String seconds(double seconds) {
    return seconds < 10
        ? String.format(Locale.ROOT, "%.1f s", seconds)
        : String.format(Locale.ROOT, "%d s", Math.round(seconds));
  }

  private static String row(String subject, String text) {
    return String.format(Locale.ROOT, "%-10s %s", subject, text);
  }
}
