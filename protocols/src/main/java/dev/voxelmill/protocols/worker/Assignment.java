package dev.voxelmill.protocols.worker;

import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.plan.TaskSpec;
import java.util.List;
import java.util.Map;

/**
 * Everything a worker needs to run one attempt of one task.
 *
 * @param attempt from 1, persisted by the owner before this is sent
 * @param partition home partition of the job: where reports and checkpoints go
 * @param spec the task
 * @param request the whole request: image, camera, seed and parameters
 * @param inputs outputs of the tasks named by {@code spec.inputs()}
 * @param checkpoints of earlier attempts, newest first; empty starts at step 0
 */
public record Assignment(
    int attempt,
    int partition,
    TaskSpec spec,
    JobRequest request,
    Map<String, TaskOutput> inputs,
    List<CheckpointManifest> checkpoints) {
  public Assignment {
    inputs = Map.copyOf(inputs);
    checkpoints = List.copyOf(checkpoints);
  }

  /** The task this runs. */
  public TaskRef task() {
    return new TaskRef(request.job(), spec.name());
  }
}
