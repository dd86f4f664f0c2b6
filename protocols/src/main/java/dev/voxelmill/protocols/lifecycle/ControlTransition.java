package dev.voxelmill.protocols.lifecycle;

import dev.voxelmill.protocols.job.CommandOutcome;
import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.topic.EventRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What follows from a client's command about an active job; {@link JobState} has the table. */
final class ControlTransition {
  private final JobDraft draft;
  private final JobCommand command;

  private ControlTransition(JobDraft draft, JobCommand command) {
    this.draft = draft;
    this.command = command;
  }

  static void on(JobDraft draft, JobCommand command) {
    Optional<Control.Answer> known =
        Control.Answer.to(command.commandId(), draft.control().answers());
    if (known.isPresent()) {
      draft.tell(known.get());
      return;
    }
    ControlTransition step = new ControlTransition(draft, command);
    switch (command.order()) {
      case JobCommand.Cancel cancel -> step.onCancel();
      case JobCommand.Pause pause -> step.onPause();
      case JobCommand.Resume resume -> step.onResume();
      case JobCommand.Reprioritise wanted -> step.onReprioritise(wanted.priority());
    }
  }

  private void onCancel() {
    supersedePause();
    draft.cancel(command.commandId());
    draft.answer(command, CommandOutcome.CANCELLED);
  }

  private void onPause() {
    switch (draft.control().course()) {
      case Control.Going going -> {
        draft.control(draft.control().with(new Control.Pausing(List.of(command))));
        draft.tasks().forEach(this::free);
      }
      case Control.Pausing pausing -> {
        if (pausing.commands().stream().noneMatch(this::isThis)) {
          List<JobCommand> all = new ArrayList<>(pausing.commands());
          all.add(command);
          draft.control(draft.control().with(new Control.Pausing(all)));
        }
      }
      case Control.Paused paused -> draft.answer(command, CommandOutcome.ALREADY_PAUSED);
    }
  }

  /** Work that a worker has not begun is taken back at once; what runs is checkpointed first. */
  private void free(TaskState task) {
    switch (task.status()) {
      case TaskStatus.Granted granted -> {
        draft.stop(task, granted.worker(), "the job is paused");
        draft.makeReady(task);
      }
      case TaskStatus.Running running ->
          draft.add(new Effect.TellRelease(draft.ref(task), task.attempt(), running.worker()));
      case TaskStatus.Ready ready -> draft.add(new Effect.Withdraw(draft.ref(task)));
      case TaskStatus.Waiting waiting -> {}
      case TaskStatus.Done done -> {}
    }
  }

  private void onResume() {
    Control.Course before = draft.control().course();
    supersedePause();
    draft.control(draft.control().resumed(draft.now()));
    switch (before) {
      case Control.Going going -> draft.answer(command, CommandOutcome.NOT_PAUSED);
      case Control.Pausing pausing -> {
        offerAgain();
        draft.answer(command, CommandOutcome.RESUMED);
      }
      case Control.Paused paused -> {
        draft.publish(new EventRecord.Resumed());
        offerAgain();
        draft.answer(command, CommandOutcome.RESUMED);
      }
    }
  }

  /** The time that a task was held back is no time that it waited for a worker. */
  private void offerAgain() {
    for (TaskState task : draft.tasks()) {
      if (task.status() instanceof TaskStatus.Ready) {
        draft.makeReady(task);
      }
    }
  }

  private void onReprioritise(int priority) {
    if (priority == draft.control().priority()) {
      draft.answer(command, CommandOutcome.UNCHANGED);
      return;
    }
    draft.control(draft.control().with(priority));
    draft.publish(new EventRecord.Reprioritised(priority));
    if (draft.control().isGoing()) {
      for (TaskState task : draft.tasks()) {
        if (task.status() instanceof TaskStatus.Ready) {
          draft.add(new Effect.Offer(draft.ref(task)));
        }
      }
    }
    draft.answer(command, CommandOutcome.REPRIORITISED);
  }

  private void supersedePause() {
    if (draft.control().course() instanceof Control.Pausing pausing) {
      draft.control(draft.control().with(new Control.Going()));
      pausing.commands().forEach(late -> draft.answer(late, CommandOutcome.SUPERSEDED));
    }
  }

  private boolean isThis(JobCommand other) {
    return other.commandId().equals(command.commandId());
  }
}
