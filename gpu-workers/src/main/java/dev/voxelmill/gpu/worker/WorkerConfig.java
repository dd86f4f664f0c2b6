package dev.voxelmill.gpu.worker;

import com.typesafe.config.Config;
import dev.voxelmill.protocols.config.Section;
import java.time.Duration;

/**
 * The {@code worker} section of {@code conf/worker.conf}.
 *
 * @param heartbeat how often placement and the owner of the running task hear of this worker
 * @param resend how often a report is sent again until it is acknowledged
 * @param drain how long a leaving worker waits for its last reports to be acknowledged
 * @param threads of libtorch for the task; part of the device class
 * @param device what the device may take upon itself
 */
record WorkerConfig(
    Duration heartbeat, Duration resend, Duration drain, int threads, DeviceLimits device) {
  static final String FILE = "worker.conf";

  private static final int MAX_THREADS = 256;

  static WorkerConfig from(Config config) {
    Section section = Section.of(config, "worker", "conf/" + FILE);
    WorkerConfig read =
        new WorkerConfig(
            section.positiveDuration("heartbeat"),
            section.positiveDuration("resend"),
            section.positiveDuration("drain"),
            section.integer("threads", 1, MAX_THREADS),
            DeviceLimits.from(section));
    section.requireValid();
    return read;
  }

  WorkerConfig withThreads(int other) {
    return new WorkerConfig(heartbeat, resend, drain, other, device);
  }
}
