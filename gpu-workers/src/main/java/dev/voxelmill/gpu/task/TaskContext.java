package dev.voxelmill.gpu.task;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.diffusion.ViewPriorModel;
import dev.voxelmill.gpu.models.PretrainedModels;
import dev.voxelmill.protocols.worker.TaskOutput.ModelUse;
import java.util.Map;
import java.util.UUID;

/**
 * What every task of a process shares.
 *
 * @param device owner of what is on the device; a task closes its own
 * @param prior the model that imagines views
 * @param priorUse its name, hash and licence, as assets name it
 * @param models pretrained ones, by the names of the registry
 * @param provenance what else an asset's files say about their making, such as versions; part of
 *     the bytes, hence without times and names of machines
 */
public record TaskContext(
    NDManager device,
    ViewPriorModel prior,
    ModelUse priorUse,
    PretrainedModels models,
    Map<String, String> provenance) {
  public TaskContext {
    requireNonNull(device, "device");
    requireNonNull(prior, "prior");
    requireNonNull(priorUse, "priorUse");
    requireNonNull(models, "models");
    provenance = Map.copyOf(provenance);
  }

  /** What tasks share where there are no pretrained models. */
  public TaskContext(
      NDManager device, ViewPriorModel prior, ModelUse priorUse, Map<String, String> provenance) {
    this(device, prior, priorUse, PretrainedModels.none(device), provenance);
  }

  /** The same for one task, which owns what it puts there. */
  TaskContext within(NDManager own) {
    return new TaskContext(own, prior, priorUse, models, provenance);
  }

  /**
   * Borrows the model that a request names, until what the task has on the device is closed.
   *
   * @throws dev.voxelmill.gpu.models.UnusableModelException when it will not do
   */
  <T extends AutoCloseable> PretrainedModels.Borrowed<T> borrow(
      TaskInput input, PretrainedModels.Type<T> type) {
    return borrow(input, "model", type);
  }

  /** The same of the model that another parameter names. */
  <T extends AutoCloseable> PretrainedModels.Borrowed<T> borrow(
      TaskInput input, String parameter, PretrainedModels.Type<T> type) {
    PretrainedModels.Borrowed<T> borrowed = models.borrow(input.parameters().text(parameter), type);
    device.attachInternal(UUID.randomUUID().toString(), borrowed);
    return borrowed;
  }
}
