package dev.voxelmill.gpu.worker;

import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerStatus;
import java.util.List;
import java.util.SortedSet;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * What a worker is, whatever it does.
 *
 * @param device such as {@code cpu} or {@code gpu:0}
 * @param deviceClass see the determinism contract
 * @param memoryBytes what tasks may use on the device
 * @param models tells the names of the models on the device now, without waiting for it
 */
record WorkerProfile(
    WorkerId id,
    long pid,
    String host,
    String device,
    String deviceClass,
    long memoryBytes,
    Supplier<SortedSet<String>> models) {
  /**
   * The workers that share one device, as the cluster knows them: this one, or with more than one
   * slot a worker for each, which may use its part of the memory.
   */
  List<WorkerProfile> slots(int count) {
    if (count == 1) {
      return List.of(this);
    }
    return IntStream.rangeClosed(1, count)
        .mapToObj(
            slot ->
                new WorkerProfile(
                    new WorkerId(id.name() + "-" + slot),
                    pid,
                    host,
                    device,
                    deviceClass,
                    memoryBytes / count,
                    models))
        .toList();
  }

  /** The whole state, as a heartbeat carries it. */
  WorkerStatus status(
      List<WorkerStatus.RunningTask> running, boolean draining, boolean quarantined) {
    return new WorkerStatus(
        id,
        pid,
        host,
        device,
        deviceClass,
        memoryBytes,
        models.get(),
        running,
        draining,
        quarantined);
  }
}
