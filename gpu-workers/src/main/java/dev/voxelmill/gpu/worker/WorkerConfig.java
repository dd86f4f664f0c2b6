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
 * @param batch how many tasks share the device; with more than one, part of the device class
 * @param device what the device may take upon itself
 */
record WorkerConfig(
    Duration heartbeat,
    Duration resend,
    Duration drain,
    int threads,
    int batch,
    DeviceLimits device) {
  static final String FILE = "worker.conf";

  private static final int MAX_THREADS = 256;
  private static final int MAX_BATCH = 64;

  static WorkerConfig from(Config config) {
    Section section = Section.of(config, "worker", "conf/" + FILE);
    WorkerConfig read =
        new WorkerConfig(
            section.positiveDuration("heartbeat"),
            section.positiveDuration("resend"),
            section.positiveDuration("drain"),
            section.integer("threads", 1, MAX_THREADS),
            section.integer("batch", 1, MAX_BATCH),
            DeviceLimits.from(section));
    section.requireValid();
    return read;
  }

  WorkerConfig withThreads(int other) {
    return new WorkerConfig(heartbeat, resend, drain, other, batch, device);
  }

  /** Steps that are shared with other jobs end in other bits, so a batching device is its own. */
  String deviceClass(String strict) {
    return batch == 1 ? strict : strict + "/batch-" + batch;
  }

  WorkerConfig withBatch(int other) {
    return new WorkerConfig(heartbeat, resend, drain, threads, other, device);
  }
}
