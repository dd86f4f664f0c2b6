package dev.voxelmill.gpu.task;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.diffusion.ViewPriorModel;
import dev.voxelmill.protocols.worker.TaskOutput.ModelUse;
import java.util.Map;

/**
 * What every task of a process shares.
 *
 * @param device owner of what is on the device; a task closes its own
 * @param prior the model that imagines views
 * @param priorUse its name, hash and licence, as assets name it
 * @param provenance what else an asset's files say about their making, such as versions; part of
 *     the bytes, hence without times and names of machines
 */
public record TaskContext(
    NDManager device, ViewPriorModel prior, ModelUse priorUse, Map<String, String> provenance) {
  public TaskContext {
    requireNonNull(device, "device");
    requireNonNull(prior, "prior");
    requireNonNull(priorUse, "priorUse");
    provenance = Map.copyOf(provenance);
  }

  /** The same for one task, which owns what it puts there. */
  TaskContext within(NDManager own) {
    return new TaskContext(own, prior, priorUse, provenance);
  }
}
