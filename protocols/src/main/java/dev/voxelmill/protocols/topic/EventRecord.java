package dev.voxelmill.protocols.topic;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.CommandOutcome;
import dev.voxelmill.protocols.job.FileRef;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.job.Sha256;
import java.time.Instant;
import java.util.List;

/**
 * One event on {@code events}.
 *
 * @param job the job, also the record's key
 * @param seq number of the job's state transition, gapless from 1; progress and previews repeat the
 *     number of the transition before them, and so do answers to commands; 0 on {@link Rejected},
 *     which is no part of a job's history, and where there is no job
 * @param time when it was written
 * @param event what happened
 */
public record EventRecord(JobId job, long seq, Instant time, Event event) {
  /** What happened. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Accepted.class, name = "accepted"),
    @JsonSubTypes.Type(value = Started.class, name = "started"),
    @JsonSubTypes.Type(value = Progress.class, name = "progress"),
    @JsonSubTypes.Type(value = Preview.class, name = "preview"),
    @JsonSubTypes.Type(value = Checkpointed.class, name = "checkpointed"),
    @JsonSubTypes.Type(value = CheckpointRejected.class, name = "checkpoint_rejected"),
    @JsonSubTypes.Type(value = StageCompleted.class, name = "stage-completed"),
    @JsonSubTypes.Type(value = Succeeded.class, name = "succeeded"),
    @JsonSubTypes.Type(value = Failed.class, name = "failed"),
    @JsonSubTypes.Type(value = Cancelled.class, name = "cancelled"),
    @JsonSubTypes.Type(value = Paused.class, name = "paused"),
    @JsonSubTypes.Type(value = Resumed.class, name = "resumed"),
    @JsonSubTypes.Type(value = Reprioritised.class, name = "reprioritised"),
    @JsonSubTypes.Type(value = Answered.class, name = "answered"),
    @JsonSubTypes.Type(value = Rejected.class, name = "rejected")
  })
  public sealed interface Event {}

  /** The job exists; {@code bodyHash} is the identity of what was asked. */
  public record Accepted(String method, Sha256 bodyHash) implements Event {}

  /** The first task of the job runs. */
  public record Started(String worker) implements Event {}

  /** How far the running task is; may be lost or conflated. */
  public record Progress(
      String stage,
      int attempt,
      long step,
      long total,
      double stepsPerSecond,
      double loss,
      double etaSeconds)
      implements Event {}

  /** A picture of the state so far; may be lost or conflated. */
  public record Preview(String stage, int attempt, long step, BlobRef picture) implements Event {}

  /** The state of a task is durable up to a step. */
  public record Checkpointed(String stage, int attempt, int number, long nextStep)
      implements Event {}

  /** A checkpoint turned out to be damaged: the task goes on from the one before it. */
  public record CheckpointRejected(String stage, int attempt, int number, String reason)
      implements Event {}

  /** A task of the job is done. */
  public record StageCompleted(String stage, int attempt, String worker, double wallSeconds)
      implements Event {}

  /**
   * The asset is on {@code assets}, written in the same transaction; terminal.
   *
   * @param budget what the job's limits have cut; empty when nothing was
   */
  public record Succeeded(List<FileRef> files, List<String> budget) implements Event {}

  /** The job ended without an asset; terminal. */
  public record Failed(JobFailure failure) implements Event {}

  /** A client ended the job; terminal. */
  public record Cancelled(String commandId) implements Event {}

  /** The job's devices are free; its checkpoints stay until it is resumed. */
  public record Paused() implements Event {}

  /** The job goes on. */
  public record Resumed() implements Event {}

  /** The job's tasks are placed by this priority from now on. */
  public record Reprioritised(int priority) implements Event {}

  /**
   * What became of a command; one for each, and the same again when the command is sent again. Not
   * a transition: a command may change nothing.
   *
   * @param command {@code cancel}, {@code pause}, {@code resume} or {@code reprioritise}
   */
  public record Answered(String commandId, String command, CommandOutcome outcome)
      implements Event {}

  /** A submission was not accepted; a job of the same id is untouched. */
  public record Rejected(String reason, String source) implements Event {}
}
