package dev.voxelmill.gpu.engine;

import static java.util.Objects.requireNonNull;

import ai.djl.Device;

/**
 * How libtorch is started in this process.
 *
 * @param threads threads that share one operator; part of the device class, hence from
 *     configuration and never from the number of cores
 * @param device where scopes put their arrays
 * @param strict whether start fails unless the instruction set is pinned; without a pin, bits
 *     depend on the machine
 */
public record TorchOptions(int threads, Device device, boolean strict) {
  public TorchOptions {
    requireNonNull(device, "device");
    if (threads < 1) {
      throw new IllegalArgumentException(
          "threads: " + threads + " (expected: >= 1; fix: threads per task in the worker's conf)");
    }
  }

  /** One thread on the CPU, whatever its instruction set. */
  public static TorchOptions cpu() {
    return new TorchOptions(1, Device.cpu(), false);
  }

  public TorchOptions withThreads(int threads) {
    return new TorchOptions(threads, device, strict);
  }

  public TorchOptions withStrict(boolean strict) {
    return new TorchOptions(threads, device, strict);
  }
}
