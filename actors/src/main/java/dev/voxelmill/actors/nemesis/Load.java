package dev.voxelmill.actors.nemesis;

import dev.voxelmill.protocols.job.JobId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Draws the jobs of a run. Bodies are drawn from a small set, so that many jobs ask for the same
 * and must get the same bytes.
 */
final class Load {
  private static final List<String> TENANTS = List.of("default", "archive", "games", "shop");
  private static final List<Integer> PRIORITIES = List.of(2, 5, 8);
  private static final int SEEDS = 2;

  /** Between one and six seconds of a device each, with checkpoints of 4 KB to 1 MB. */
  private static final List<Map<String, String>> SYNTHETIC =
      List.of(
          synthetic(20, 50, 65_536, 5),
          synthetic(60, 50, 4096, 10),
          synthetic(60, 100, 262_144, 10),
          synthetic(40, 100, 1_000_000, 20));

  /** A second of a device, for bursts. */
  private static final Map<String, String> SHORT = synthetic(10, 100, 4096, 5);

  /** Every task kind of the real method, few steps each. */
  private static final Map<String, String> REAL =
      Map.of(
          "denoise.views", "6",
          "project.fitSteps", "10",
          "distill.steps", "20",
          "checkpoint.everySteps", "5",
          "mesh.faces", "2000");

  private final SplittableRandom random;
  private int drawn;

  Load(SplittableRandom random) {
    this.random = random;
  }

  PlannedJob synthetic() {
    return job("synthetic", oneOf(SYNTHETIC));
  }

  PlannedJob brief() {
    return job("synthetic", SHORT);
  }

  PlannedJob real() {
    return job("image-to-3d", REAL);
  }

  /**
   * A job that rehearses a fault in its worker. Faults that a retry may heal fire in several lives
   * of the task, since the first one may be cut short by something else.
   */
  PlannedJob trouble(FaultKind kind) {
    String script =
        switch (kind) {
          case NAN -> "nan@7*always";
          case OOM -> "oom@3*always";
          case DEVICE_ERROR -> "deviceError@2*always";
          case HANG -> "hang@2*2";
          case CRASH -> "crash@2*2";
          default -> throw new IllegalArgumentException("trouble: " + kind + " is not scripted");
        };
    return job("synthetic", SHORT).rehearsing(kind, script);
  }

  private PlannedJob job(String method, Map<String, String> parameters) {
    drawn++;
    return new PlannedJob(
        new JobId(oneOf(TENANTS), "job-" + drawn),
        method,
        random.nextInt(SEEDS),
        oneOf(PRIORITIES),
        new TreeMap<>(parameters),
        Optional.empty());
  }

  private <T> T oneOf(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private static Map<String, String> synthetic(
      int steps, int stepMillis, int stateBytes, int checkpointSteps) {
    return Map.of(
        "synthetic.steps", "" + steps,
        "synthetic.stepMillis", "" + stepMillis,
        "synthetic.stateBytes", "" + stateBytes,
        "checkpoint.everySteps", "" + checkpointSteps);
  }
}
