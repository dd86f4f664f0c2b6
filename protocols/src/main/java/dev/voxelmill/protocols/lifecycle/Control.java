package dev.voxelmill.protocols.lifecycle;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.voxelmill.protocols.job.Canonical;
import dev.voxelmill.protocols.job.CommandOutcome;
import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.topic.EventRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What clients have ordered about an active job.
 *
 * @param priority by which its tasks are placed, 0 to 9
 * @param course whether its tasks are placed at all
 * @param term how long it may be refined
 * @param answers to the last commands, oldest first, so that one sent again finds its answer
 */
public record Control(int priority, Course course, Term term, List<Answer> answers) {
  /**
   * A command sent again after this many others about the same job is carried out again; a client
   * that is unsure sends again within seconds.
   */
  static final int ANSWERS_KEPT = 16;

  private static final Canonical<Control> UNTOUCHED = new Canonical<>();

  public Control {
    requireNonNull(course, "course");
    requireNonNull(term, "term");
    answers = List.copyOf(answers);
  }

  /** Jobs about which nobody has ordered anything share this. */
  Control canonical() {
    return answers.isEmpty() && course instanceof Going ? UNTOUCHED.of(this) : this;
  }

  /** What became of a command. */
  public record Answer(String commandId, String command, CommandOutcome outcome) {
    static Answer of(JobCommand command, CommandOutcome outcome) {
      return new Answer(command.commandId(), command.order().word(), outcome);
    }

    EventRecord.Answered toEvent() {
      return new EventRecord.Answered(commandId, command, outcome);
    }

    /** The answer to that command among those that are kept. */
    static Optional<Answer> to(String commandId, List<Answer> kept) {
      return kept.stream().filter(answer -> answer.commandId().equals(commandId)).findFirst();
    }
  }

  /** Whether the job's tasks are placed. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Going.class, name = "going"),
    @JsonSubTypes.Type(value = Pausing.class, name = "pausing"),
    @JsonSubTypes.Type(value = Paused.class, name = "paused")
  })
  public sealed interface Course {}

  /** They are. */
  public record Going() implements Course {}

  /** They are not, and these commands are answered when the last worker has given its task back. */
  public record Pausing(List<JobCommand> commands) implements Course {
    public Pausing {
      commands = List.copyOf(commands);
    }
  }

  /** They are not, and no worker holds one. */
  public record Paused(Instant since) implements Course {}

  /** How long a job may be refined. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Unlimited.class, name = "unlimited"),
    @JsonSubTypes.Type(value = Until.class, name = "until"),
    @JsonSubTypes.Type(value = Over.class, name = "over")
  })
  public sealed interface Term {}

  /** As long as its parameters say. */
  public record Unlimited() implements Term {}

  /** Until then, later by the length of every pause. */
  public record Until(Instant deadline) implements Term {}

  /** No longer: what there is makes the asset. */
  public record Over() implements Term {}

  static Control of(int priority, Term term) {
    return new Control(priority, new Going(), term, List.of());
  }

  /** When the job's time is up, if it has a limit that is not reached and the job is not paused. */
  Optional<Instant> deadline() {
    return term instanceof Until until && !(course instanceof Paused)
        ? Optional.of(until.deadline())
        : Optional.empty();
  }

  /** Whether tasks of the job are placed. */
  @JsonIgnore
  public boolean isGoing() {
    return course instanceof Going;
  }

  Control with(int newPriority) {
    return new Control(newPriority, course, term, answers);
  }

  Control with(Course next) {
    return new Control(priority, next, term, answers);
  }

  Control with(Term next) {
    return new Control(priority, course, next, answers);
  }

  /** Time that a job was paused is not taken from it. */
  Control resumed(Instant now) {
    Term later =
        term instanceof Until until && course instanceof Paused paused
            ? new Until(until.deadline().plus(Duration.between(paused.since(), now)))
            : term;
    return new Control(priority, new Going(), later, answers);
  }

  Control with(Answer answer) {
    List<Answer> all = Stream.concat(answers.stream(), Stream.of(answer)).toList();
    return new Control(
        priority, course, term, all.subList(Math.max(0, all.size() - ANSWERS_KEPT), all.size()));
  }
}
