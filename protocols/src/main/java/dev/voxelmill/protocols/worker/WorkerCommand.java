package dev.voxelmill.protocols.worker;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** What a worker is told by the owner of a task. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = WorkerCommand.Run.class, name = "run"),
  @JsonSubTypes.Type(value = WorkerCommand.Stop.class, name = "stop"),
  @JsonSubTypes.Type(value = WorkerCommand.Release.class, name = "release"),
  @JsonSubTypes.Type(value = WorkerCommand.Finish.class, name = "finish"),
  @JsonSubTypes.Type(value = WorkerCommand.Acknowledge.class, name = "acknowledge")
})
public sealed interface WorkerCommand extends CborSerializable {
  /** Run this attempt. Sent again until a heartbeat shows it; running it already is no error. */
  record Run(Assignment assignment) implements WorkerCommand {}

  /** End the attempt after the current step without reporting it: it is stale or unwanted. */
  record Stop(TaskRef task, int attempt, String reason) implements WorkerCommand {}

  /**
   * Checkpoint the attempt after the current step and give it back as {@link
   * WorkerReport.Released}: the device is wanted for something else. Sent again with every report
   * until then.
   */
  record Release(TaskRef task, int attempt) implements WorkerCommand {}

  /**
   * Complete the attempt with what there is after the current step: its job's time is up. A task
   * that has nothing to show before its end goes on. Sent again with every report until then.
   */
  record Finish(TaskRef task, int attempt) implements WorkerCommand {}

  /** The owner has made the report with this number durable; it need not be sent again. */
  record Acknowledge(TaskRef task, int attempt, long report) implements WorkerCommand {}
}
