package dev.voxelmill.protocols.lifecycle;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.voxelmill.protocols.job.CommandOutcome;
import dev.voxelmill.protocols.job.FileRef;
import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.job.Sha256;
import dev.voxelmill.protocols.plan.Budget;
import dev.voxelmill.protocols.plan.Plan;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.TaskOutput;
import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerId;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The durable state of a job: one record on {@code jobs}, at most 16 KiB of JSON, references only.
 *
 * <p>Each task goes through these states; an attempt is alive while it is granted or running, and
 * only the worker that holds the live attempt is listened to.
 *
 * <pre>
 *  Waiting  -- last input done ------------------------> Ready
 *  Ready    -- Granted --------------------------------> Granted   attempt + 1
 *  Granted  -- Refused, WorkerLost --------------------> Ready     free
 *  Granted  -- any other report -----------------------> Running   and then as below
 *  Running  -- Checkpointed ---------------------------> Running   progress: the workers lost so far are forgiven
 *  Running  -- CheckpointRejected ---------------------> Running   without that checkpoint
 *  Running  -- Completed ------------------------------> Done      its readers may become Ready
 *  Running  -- Released -------------------------------> Ready     free
 *  Running  -- Failed, retryable, progressed ----------> Ready     free
 *  Running  -- Failed, retryable, no progress ---------> Ready     charged; the third time the job fails
 *  Running  -- Failed, not retryable ------------------> the job fails
 *  Running  -- WorkerLost, progressed -----------------> Ready     free
 *  Running  -- WorkerLost, no progress ----------------> Ready     the fifth time the job fails, WORKER_CRASHED
 *  any      -- report of another attempt or worker ----> same      acknowledged and told to stop
 * </pre>
 *
 * A job succeeds with its last task. Commands of clients change the job as a whole, whatever its
 * tasks do; each is answered by one event, and one that is sent again gets the same answer.
 *
 * <pre>
 *               cancel            pause                     resume                reprioritise
 *  no job       -------- waits for the request, at most a minute: unknown-job ---------------
 *  Going        ends, cancelled   Pausing, tasks withdrawn  not-paused            reprioritised, offered anew
 *  Pausing      ends, cancelled   told with the first       Going, resumed        reprioritised
 *  Paused       ends, cancelled   already-paused            Going, resumed        reprioritised
 *  Finished     -------- already-finished -----------------------------------------------------
 * </pre>
 *
 * A job that is pausing has told its workers to release; when the last has, has ended or is lost,
 * the job is paused and the command is answered. It keeps its checkpoints however long that lasts.
 * When its time is up, a task that can end at any step is told to finish where it is, so that the
 * asset is made from what there is; a job that has nothing to deliver yet fails. Cancelling is
 * final: no report, no command and no request changes a job that has ended.
 *
 * <p>Its sequence numbers count published transitions from 1 without a gap, and exactly one of them
 * is terminal. Answers are no transitions.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = AwaitedJob.class, name = "awaited"),
  @JsonSubTypes.Type(value = JobState.Active.class, name = "active"),
  @JsonSubTypes.Type(value = JobState.Finished.class, name = "finished")
})
public sealed interface JobState permits AwaitedJob, JobState.Active, JobState.Finished {
  /** Failed attempts without progress that a task may cost before its job fails. */
  int MAX_CHARGED = 3;

  /** Workers in a row that may vanish under a task without progress before its job fails. */
  int MAX_LOST = 5;

  JobId job();

  /** Number of the last published transition. */
  long seq();

  /** What follows from an event. */
  Decision on(JobEvent event, Instant now);

  /** When it wants to hear that time has passed, if ever. */
  default Optional<Instant> wakesAt() {
    return Optional.empty();
  }

  /** The attempts that workers hold now. */
  default List<LiveAttempt> liveAttempts() {
    return List.of();
  }

  /** The first state of a job, with its first event. */
  static Decision accepted(JobRequest request, Sha256 bodyHash, Plan plan, Instant now) {
    List<TaskState> waiting =
        plan.tasks().stream()
            .map(spec -> TaskState.initial(spec, new TaskStatus.Waiting()))
            .toList();
    JobDraft first =
        new JobDraft(
            new Active(
                request,
                bodyHash,
                now,
                false,
                0,
                waiting,
                Control.of(request.priority(), term(request, now))),
            now);
    first.publish(new EventRecord.Accepted(request.method(), bodyHash));
    first.wakeReaders();
    return first.decided();
  }

  private static Control.Term term(JobRequest request, Instant now) {
    return Budget.of(request.parameters())
        .time()
        .<Control.Term>map(time -> new Control.Until(now.plus(time)))
        .orElseGet(Control.Unlimited::new);
  }

  /** What follows from a command about a job that nobody has requested. */
  static Decision ordered(JobCommand command, Instant now) {
    return new AwaitedJob(command.job(), List.of()).on(new JobEvent.Ordered(command), now);
  }

  /**
   * A job that is queued or runs.
   *
   * @param started whether the job has published {@code started}
   * @param tasks in the order of the plan
   * @param control what clients have ordered since
   */
  record Active(
      JobRequest request,
      Sha256 bodyHash,
      Instant acceptedAt,
      boolean started,
      long seq,
      List<TaskState> tasks,
      Control control)
      implements JobState {
    public Active {
      requireNonNull(request, "request");
      requireNonNull(bodyHash, "bodyHash");
      requireNonNull(control, "control");
      TaskStatus.Ready atOnce = new TaskStatus.Ready(acceptedAt);
      tasks = tasks.stream().map(task -> task.canonical(atOnce)).toList();
      control = control.canonical();
    }

    @Override
    public JobId job() {
      return request.job();
    }

    @Override
    public Decision on(JobEvent event, Instant now) {
      JobDraft draft = new JobDraft(this, now);
      switch (event) {
        case JobEvent.Ordered ordered -> ControlTransition.on(draft, ordered.command());
        case JobEvent.TimePassed passed -> DeadlineTransition.on(draft);
        case JobEvent.OfTask happened ->
            task(happened.task())
                .ifPresentOrElse(
                    task -> TaskTransition.on(draft, task, happened),
                    () -> draft.add(new Effect.Ignored("the plan has no " + happened.task())));
      }
      return draft.decided();
    }

    @Override
    public Optional<Instant> wakesAt() {
      return control.deadline();
    }

    @Override
    public List<LiveAttempt> liveAttempts() {
      return tasks.stream()
          .flatMap(
              task ->
                  task.status().holder().stream()
                      .map(
                          worker ->
                              new LiveAttempt(
                                  new TaskRef(job(), task.name()), task.attempt(), worker)))
          .toList();
    }

    /** Whether placement is to find a worker for the task. */
    public boolean wants(TaskState task) {
      return control.isGoing() && task.status() instanceof TaskStatus.Ready;
    }

    /** The task of that name. */
    public Optional<TaskState> task(String name) {
      return tasks.stream().filter(t -> t.name().equals(name)).findFirst();
    }

    /** What the worker that holds the task's current attempt is sent, within the job's budget. */
    public Assignment assignment(TaskState task, int partition) {
      Map<String, TaskOutput> inputs = new HashMap<>();
      for (String input : task.spec().inputs()) {
        if (task(input).orElseThrow().status() instanceof TaskStatus.Done done) {
          inputs.put(input, done.output());
        }
      }
      JobRequest limited =
          request.with(Budget.of(request.parameters()).applied(request.parameters()));
      return new Assignment(
          task.attempt(), partition, task.spec(), limited, inputs, task.checkpoints());
    }

    /** Workers that may still hold the models or the state of a task: those that ran its inputs. */
    public SortedSet<WorkerId> preferredWorkers(TaskState task) {
      SortedSet<WorkerId> workers = new TreeSet<>();
      for (String input : task.spec().inputs()) {
        if (task(input).orElseThrow().status() instanceof TaskStatus.Done done) {
          workers.add(done.cost().worker());
        }
      }
      return workers;
    }
  }

  /**
   * A job that ended, shrunk to what its identity and its outcome need.
   *
   * @param answers to the last commands, oldest first
   */
  record Finished(
      JobId job,
      String method,
      Sha256 bodyHash,
      Instant acceptedAt,
      Instant finishedAt,
      long seq,
      Outcome outcome,
      List<Control.Answer> answers)
      implements JobState {
    public Finished {
      answers = List.copyOf(answers);
    }

    /** A finished job never changes; whoever still works for it is told to stop. */
    @Override
    public Decision on(JobEvent event, Instant now) {
      return switch (event) {
        case JobEvent.Reported reported ->
            new Decision(this, TaskTransition.stale(job, reported, "the job is finished"));
        case JobEvent.Granted granted -> ignored();
        case JobEvent.WorkerLost lost -> ignored();
        case JobEvent.TimePassed passed -> ignored();
        case JobEvent.Ordered ordered -> answered(ordered.command(), now);
      };
    }

    private Decision answered(JobCommand command, Instant now) {
      Control.Answer answer =
          Control.Answer.to(command.commandId(), answers)
              .orElseGet(() -> Control.Answer.of(command, CommandOutcome.ALREADY_FINISHED));
      return new Decision(
          this, List.of(new Effect.Publish(new EventRecord(job, seq, now, answer.toEvent()))));
    }

    private Decision ignored() {
      return new Decision(this, List.of(new Effect.Ignored("the job is finished")));
    }
  }

  /** How a job ended. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Succeeded.class, name = "succeeded"),
    @JsonSubTypes.Type(value = Failed.class, name = "failed"),
    @JsonSubTypes.Type(value = Cancelled.class, name = "cancelled")
  })
  sealed interface Outcome {}

  /** The asset's files; the record on {@code assets} has everything else. */
  record Succeeded(List<FileRef> files) implements Outcome {
    public Succeeded {
      files = List.copyOf(files);
    }
  }

  /** Why there is no asset. */
  record Failed(JobFailure failure) implements Outcome {}

  /** The command that ended it. */
  record Cancelled(String commandId) implements Outcome {}
}
