package dev.voxelmill.gpu.worker;

import com.typesafe.config.Config;
import dev.voxelmill.gpu.nn.script.Precision;
import dev.voxelmill.protocols.config.Section;
import java.time.Duration;
import java.util.Locale;

/**
 * The {@code worker} section of {@code conf/worker.conf}.
 *
 * @param heartbeat how often placement and the owner of the running task hear of this worker
 * @param resend how often a report is sent again until it is acknowledged
 * @param drain how long a leaving worker waits for its last reports to be acknowledged
 * @param threads of libtorch for the task; part of the device class
 * @param batch how many tasks share the device; with more than one, part of the device class
 * @param dtype in which pretrained networks compute; unless it is float32, part of the device class
 * @param device what the device may take upon itself
 */
record WorkerConfig(
    Duration heartbeat,
    Duration resend,
    Duration drain,
    int threads,
    int batch,
    Precision dtype,
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
            section.choice("dtype", Precision.class),
            DeviceLimits.from(section));
    section.requireValid();
    return read;
  }

  WorkerConfig withThreads(int other) {
    return new WorkerConfig(heartbeat, resend, drain, other, batch, dtype, device);
  }

  /**
   * The class of the device as this configuration uses it: in another precision, and in steps that
   * are shared with other jobs, results end in other bits.
   */
  String deviceClass(String strict) {
    String rounded =
        dtype == Precision.FLOAT32 ? strict : strict + "/" + dtype.name().toLowerCase(Locale.ROOT);
    return batch == 1 ? rounded : rounded + "/batch-" + batch;
  }

  WorkerConfig withDtype(Precision other) {
    return new WorkerConfig(heartbeat, resend, drain, threads, batch, other, device);
  }

  WorkerConfig withBatch(int other) {
    return new WorkerConfig(heartbeat, resend, drain, threads, other, dtype, device);
  }
}
