package dev.voxelmill.gpu.worker;

import dev.voxelmill.protocols.job.JobFailure;

/**
 * Whether a device can still be trusted: an error that any task may meet is no proof, several in a
 * row are. A broken driver context fails every task until its process ends.
 *
 * @param errors device errors in a row without any progress between them
 * @param limit from which on the device is quarantined
 */
record Health(int errors, int limit) {
  static Health sound(int limit) {
    return new Health(0, limit);
  }

  Health after(DeviceEvent event) {
    return switch (event) {
      case DeviceEvent.Failed failed ->
          failed.failure().code() == JobFailure.Code.DEVICE_ERROR
              ? new Health(errors + 1, limit)
              : this;
      case DeviceEvent.Checkpointed progress -> sound(limit);
      case DeviceEvent.Completed progress -> sound(limit);
      case DeviceEvent.Started started -> this;
      case DeviceEvent.Progressed progressed -> this;
      case DeviceEvent.Previewed previewed -> this;
      case DeviceEvent.CheckpointRejected rejected -> this;
      case DeviceEvent.Halted halted -> this;
      case DeviceEvent.Released released -> this;
    };
  }

  boolean isQuarantined() {
    return errors >= limit;
  }
}
