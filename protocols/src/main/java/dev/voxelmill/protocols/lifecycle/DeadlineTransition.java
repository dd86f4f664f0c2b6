package dev.voxelmill.protocols.lifecycle;

import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.plan.Plans;
import dev.voxelmill.protocols.plan.TaskKind;
import java.util.List;
import java.util.Optional;

/**
 * What follows when the time of a job is up: the task that could end at any step ends where it is,
 * or begins where it would have begun, and what is left makes the asset. A job that has made
 * nothing yet fails.
 */
final class DeadlineTransition {
  private final JobDraft draft;

  private DeadlineTransition(JobDraft draft) {
    this.draft = draft;
  }

  static void on(JobDraft draft) {
    boolean over =
        draft.control().deadline().filter(deadline -> !deadline.isAfter(draft.now())).isPresent();
    if (over) {
      new DeadlineTransition(draft).end();
    } else {
      draft.add(new Effect.Ignored("its time is not up"));
    }
  }

  private void end() {
    draft.control(draft.control().with(new Control.Over()));
    Optional<TaskState> anytime =
        draft.tasks().stream()
            .filter(task -> Plans.isAnytime(task.spec(), draft.request()))
            .findFirst();
    boolean somethingIsMade = anytime.map(this::endWhereItIs).orElseGet(this::viewsAreMade);
    if (!somethingIsMade) {
      draft.fail(JobFailure.deadlineExceeded());
    }
  }

  /** A task that has not begun is told to finish as soon as it has. */
  private boolean endWhereItIs(TaskState task) {
    return switch (task.status()) {
      case TaskStatus.Done done -> true;
      case TaskStatus.Running running -> {
        draft.add(new Effect.TellFinish(draft.ref(task), task.attempt(), running.worker()));
        yield true;
      }
      case TaskStatus.Granted granted -> hasStart(task);
      case TaskStatus.Ready ready -> hasStart(task);
      case TaskStatus.Waiting waiting -> !projections(task).isEmpty() && viewsAreMade();
    };
  }

  private boolean hasStart(TaskState task) {
    return !task.checkpoints().isEmpty() || !projections(task).isEmpty();
  }

  /** The tasks that lift the views into what this one starts from. */
  private List<TaskState> projections(TaskState task) {
    return draft.tasks().stream()
        .filter(input -> task.spec().inputs().contains(input.name()))
        .filter(input -> input.spec().kind() == TaskKind.PROJECT)
        .toList();
  }

  /** From then on only a picture, a mesh or a file is made of what there is. */
  private boolean viewsAreMade() {
    List<TaskState> denoising =
        draft.tasks().stream().filter(task -> task.spec().kind() == TaskKind.DENOISE).toList();
    return !denoising.isEmpty() && denoising.stream().allMatch(TaskState::isDone);
  }
}
