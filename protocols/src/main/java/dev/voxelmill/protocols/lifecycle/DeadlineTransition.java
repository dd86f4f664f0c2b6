package dev.voxelmill.protocols.lifecycle;

import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.plan.TaskKind;
import java.util.Optional;

/**
 * What follows when the time of a job is up: its refinement ends where it is, or begins where it
 * would have begun, and what is left makes the asset. A job that has nothing to refine yet fails.
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
    Optional<TaskState> refinement =
        draft.tasks().stream().filter(task -> task.spec().kind().isRefinement()).findFirst();
    if (refinement.isEmpty()) {
      exceed();
      return;
    }
    TaskState task = refinement.get();
    switch (task.status()) {
      case TaskStatus.Done done -> {}
      case TaskStatus.Running running ->
          draft.add(new Effect.TellFinish(draft.ref(task), task.attempt(), running.worker()));
      case TaskStatus.Granted granted -> requireSomething(task);
      case TaskStatus.Ready ready -> requireSomething(task);
      case TaskStatus.Waiting waiting -> exceed();
    }
  }

  /** A refinement that has not begun is told to finish as soon as it has. */
  private void requireSomething(TaskState task) {
    boolean projected =
        draft.tasks().stream()
            .anyMatch(
                input ->
                    task.spec().inputs().contains(input.name())
                        && input.spec().kind() == TaskKind.PROJECT);
    if (task.checkpoints().isEmpty() && !projected) {
      exceed();
    }
  }

  private void exceed() {
    draft.fail(
        new JobFailure(
            JobFailure.Code.DEADLINE_EXCEEDED,
            "maxSeconds: the time was up before there was anything to deliver"
                + " (expected: time for a first field; fix: raise maxSeconds or the priority)",
            true));
  }
}
