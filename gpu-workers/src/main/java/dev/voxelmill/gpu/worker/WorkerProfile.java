package dev.voxelmill.gpu.worker;

import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerStatus;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * What does not change about a worker while it lives.
 *
 * @param device such as {@code cpu} or {@code gpu:0}
 * @param deviceClass see the determinism contract
 * @param memoryBytes what tasks may use on the device
 * @param models names of the models on the device
 */
record WorkerProfile(
    WorkerId id,
    long pid,
    String host,
    String device,
    String deviceClass,
    long memoryBytes,
    SortedSet<String> models) {
  WorkerProfile {
    models = Collections.unmodifiableSortedSet(new TreeSet<>(models));
  }

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
        id, pid, host, device, deviceClass, memoryBytes, models, running, draining, quarantined);
  }
}
