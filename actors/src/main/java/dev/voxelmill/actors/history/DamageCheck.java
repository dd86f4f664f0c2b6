package dev.voxelmill.actors.history;

import dev.voxelmill.protocols.topic.Topic;
import java.util.ArrayList;
import java.util.List;

/**
 * What the brokers' disks have changed is lost. Only a checkpoint is nobody's loss by itself: the
 * one before it is used, and the job says so. It is worth a remark.
 */
final class DamageCheck implements HistoryCheck.Check {
  private final List<Observation.Unreadable> unreadable = new ArrayList<>();
  private long read;

  @Override
  public void observe(Observation seen) {
    if (seen instanceof Observation.Unreadable damage) {
      unreadable.add(damage);
    } else {
      read++;
    }
  }

  @Override
  public void report(Findings into) {
    into.checked(Promise.READABLE, read + unreadable.size());
    for (Observation.Unreadable damage : unreadable) {
      if (damage.topic() == Topic.CHECKPOINTS) {
        into.remark(damage.where() + ": cannot be read; the checkpoint before it is used");
      } else {
        into.broken(Promise.READABLE, damage.where(), "cannot be read");
      }
    }
  }
}
