package dev.voxelmill.gpu.worker;

import dev.voxelmill.protocols.worker.WorkerId;
import java.util.Map;

/**
 * What the device actor is told at start.
 *
 * @param worker whose device this is
 * @param deviceClass see the determinism contract
 * @param versions of what computes here, by component
 * @param limits what the device may take upon itself
 */
record DeviceSettings(
    WorkerId worker, String deviceClass, Map<String, String> versions, DeviceLimits limits) {
  DeviceSettings {
    versions = Map.copyOf(versions);
  }
}
