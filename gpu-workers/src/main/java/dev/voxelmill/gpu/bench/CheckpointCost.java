package dev.voxelmill.gpu.bench;

import dev.voxelmill.storage.bench.CheckpointBench;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What checkpoints cost on a real installation with its embedded broker: how long the device stands
 * still for a state of 60 MB every 30 seconds, and how long 16 MB take until they are durable and
 * until they are back.
 *
 * <p>The device's side is a synthetic job, whose steps hold the device without using the processor,
 * so that what is measured is the copying of the state and the waiting for the one before it.
 */
public final class CheckpointCost {
  private static final int STATE_BYTES = 60_000_000;
  private static final int EVERY_SECONDS = 30;
  private static final int STEP_MILLIS = 250;
  private static final int PAYLOAD_MEBIBYTES = 16;
  private static final int PAYLOADS_PER_ROUND = 4;

  private CheckpointCost() {}

  /**
   * What was measured.
   *
   * @param blockedShare time blocked on snapshots over device-busy time
   * @param payloads times of writing and reading, by kind of payload
   */
  public record Figures(double blockedShare, List<CheckpointBench.Figures> payloads) {
    public Figures {
      payloads = List.copyOf(payloads);
    }
  }

  /**
   * Runs a job of so many checkpoints, then writes and reads payloads.
   *
   * @param home root of the project
   * @param checkpoints of the job; each takes half a minute
   * @throws IOException when the installation does not come up or the job fails
   */
  public static Figures measure(Path home, int checkpoints) throws IOException {
    try (BenchInstallation installation = BenchInstallation.start(home)) {
      int steps = (checkpoints * EVERY_SECONDS + EVERY_SECONDS / 2) * 1000 / STEP_MILLIS;
      BenchInstallation.Job job =
          installation.run(
              home.resolve("conf/demo/car.png"),
              List.of(
                  "--method", "synthetic",
                  "--set", "synthetic.steps=" + steps,
                  "--set", "synthetic.stepMillis=" + STEP_MILLIS,
                  "--set", "synthetic.stateBytes=" + STATE_BYTES,
                  "--set", "checkpoint.everySeconds=" + EVERY_SECONDS));
      return new Figures(
          job.blockedShare(),
          CheckpointBench.measure(
              installation.bootstrap(), PAYLOAD_MEBIBYTES, PAYLOADS_PER_ROUND * checkpoints));
    }
  }
}
