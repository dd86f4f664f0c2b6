package dev.voxelmill.protocols.lifecycle;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.voxelmill.protocols.worker.TaskOutput;
import dev.voxelmill.protocols.worker.WorkerId;
import java.time.Instant;
import java.util.Optional;

/** Where a task stands. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = TaskStatus.Waiting.class, name = "waiting"),
  @JsonSubTypes.Type(value = TaskStatus.Ready.class, name = "ready"),
  @JsonSubTypes.Type(value = TaskStatus.Granted.class, name = "granted"),
  @JsonSubTypes.Type(value = TaskStatus.Running.class, name = "running"),
  @JsonSubTypes.Type(value = TaskStatus.Done.class, name = "done")
})
public sealed interface TaskStatus {
  /** An input is not there yet. */
  record Waiting() implements TaskStatus {}

  /** Needs a worker, since that time. */
  record Ready(Instant since) implements TaskStatus {}

  /** The current attempt belongs to a worker that has not said yet that it runs. */
  record Granted(WorkerId worker, Instant at) implements TaskStatus {}

  /** The current attempt runs on a worker. */
  record Running(WorkerId worker, Instant at) implements TaskStatus {}

  /** The output is durable. */
  record Done(TaskOutput output, TaskOutput.Cost cost) implements TaskStatus {}

  /** The worker that the current attempt belongs to. */
  default Optional<WorkerId> holder() {
    return switch (this) {
      case Granted granted -> Optional.of(granted.worker());
      case Running running -> Optional.of(running.worker());
      case Waiting waiting -> Optional.empty();
      case Ready ready -> Optional.empty();
      case Done done -> Optional.empty();
    };
  }
}
