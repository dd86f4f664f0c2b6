package dev.voxelmill.protocols.worker;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.JobFailure;
import java.util.List;

/** What a worker says about an attempt it was given. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = WorkerReport.Started.class, name = "started"),
  @JsonSubTypes.Type(value = WorkerReport.Refused.class, name = "refused"),
  @JsonSubTypes.Type(value = WorkerReport.Running.class, name = "running"),
  @JsonSubTypes.Type(value = WorkerReport.Previewed.class, name = "previewed"),
  @JsonSubTypes.Type(value = WorkerReport.Checkpointed.class, name = "checkpointed"),
  @JsonSubTypes.Type(value = WorkerReport.CheckpointRejected.class, name = "checkpoint-rejected"),
  @JsonSubTypes.Type(value = WorkerReport.Completed.class, name = "completed"),
  @JsonSubTypes.Type(value = WorkerReport.Failed.class, name = "failed"),
  @JsonSubTypes.Type(value = WorkerReport.Released.class, name = "released")
})
public sealed interface WorkerReport {
  /** The first step of the attempt begins; acknowledged. */
  record Started() implements WorkerReport {}

  /** The device is taken or unfit; nothing was run, the attempt costs nothing; not acknowledged. */
  record Refused(String reason) implements WorkerReport {}

  /** The lease's heartbeat: the attempt runs and this is how far it is; not acknowledged. */
  record Running(Progress progress) implements WorkerReport {}

  /** A picture of the state so far; may be lost; not acknowledged. */
  record Previewed(long step, BlobRef picture) implements WorkerReport {}

  /** A checkpoint is durable in Kafka and asks for its place in the job's record; acknowledged. */
  record Checkpointed(CheckpointManifest manifest) implements WorkerReport {}

  /**
   * A checkpoint of an earlier attempt cannot be read back or is none of the task; an older one, or
   * the start of the task, is used instead; acknowledged.
   *
   * @param attempt that wrote the checkpoint
   * @param number of the checkpoint within that attempt
   */
  record CheckpointRejected(int attempt, int number, String reason) implements WorkerReport {}

  /** The task is done; acknowledged. */
  record Completed(TaskOutput output, TaskOutput.Cost cost) implements WorkerReport {}

  /** The task cannot go on here; acknowledged. */
  record Failed(JobFailure failure) implements WorkerReport {}

  /** The worker leaves and gives the task back; at most one newer manifest; acknowledged. */
  record Released(List<CheckpointManifest> checkpoints) implements WorkerReport {}

  /**
   * How far an attempt is.
   *
   * @param step the next step, from 0
   * @param total number of steps; 0 while the task is being opened, which knows neither
   * @param stepsPerSecond mean of the last few seconds; 0 while unknown
   * @param loss of the newest step, or NaN where the task has none
   * @param etaSeconds until the task is done; NaN while unknown
   */
  record Progress(long step, long total, double stepsPerSecond, double loss, double etaSeconds) {
    /** What a worker knows of a task before it has read the task's checkpoint. */
    public static final Progress OPENING = new Progress(0, 0, 0, Double.NaN, Double.NaN);

    /** Whether it says how far the task is. */
    public boolean hasTotal() {
      return total > 0;
    }
  }
}
