package dev.voxelmill.protocols.worker;

import java.util.List;
import java.util.SortedSet;

/**
 * A worker's whole state as every heartbeat carries it; nothing about a worker is remembered
 * between heartbeats.
 *
 * @param id the worker
 * @param pid operating-system process
 * @param host where it runs
 * @param device such as {@code cpu} or {@code gpu:0}
 * @param deviceClass see the determinism contract
 * @param memoryBytes what tasks may use on the device
 * @param residentModels names of the models now on the device
 * @param running the attempt that holds the device; empty or one
 * @param draining true when it takes no more work
 * @param quarantined true when its device failed too often: it takes no more work, and ends
 */
public record WorkerStatus(
    WorkerId id,
    long pid,
    String host,
    String device,
    String deviceClass,
    long memoryBytes,
    SortedSet<String> residentModels,
    List<RunningTask> running,
    boolean draining,
    boolean quarantined) {
  /** The status of a worker whose device is sound. */
  public WorkerStatus(
      WorkerId id,
      long pid,
      String host,
      String device,
      String deviceClass,
      long memoryBytes,
      SortedSet<String> residentModels,
      List<RunningTask> running,
      boolean draining) {
    this(id, pid, host, device, deviceClass, memoryBytes, residentModels, running, draining, false);
  }

  /** The attempt on the device and how far it is. */
  public record RunningTask(TaskRef task, int attempt, WorkerReport.Progress progress) {}
}
