package dev.voxelmill.gpu.worker;

import dev.voxelmill.protocols.worker.WorkerId;
import java.time.Duration;
import java.util.Map;

/**
 * What the device actor is told at start.
 *
 * @param worker whose device this is
 * @param deviceClass see the determinism contract
 * @param versions of what computes here, by component
 * @param preview how often a running task shows its state
 */
record DeviceSettings(
    WorkerId worker, String deviceClass, Map<String, String> versions, Duration preview) {
  DeviceSettings {
    versions = Map.copyOf(versions);
  }
}
