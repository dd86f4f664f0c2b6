package dev.voxelmill.actors.owner;

import dev.voxelmill.protocols.lifecycle.AwaitedJob;
import dev.voxelmill.protocols.lifecycle.Decision;
import dev.voxelmill.protocols.lifecycle.Effect;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.storage.log.LogEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the transaction of a decision holds: the state, and all that becomes public with it. */
final class DurableEntries {
  private DurableEntries() {}

  /**
   * The entries in the order in which readers of a topic see them; a state that stays as it was is
   * not written again.
   *
   * @param before the state that was decided about; empty for a job that was not known
   * @param inlineGlb goes into the asset's record if the decision publishes one; may be empty
   */
  static List<LogEntry> of(Optional<JobState> before, Decision decision, String inlineGlb) {
    List<LogEntry> entries = new ArrayList<>();
    if (!before.equals(Optional.of(decision.next()))) {
      entries.add(
          isNothing(decision.next())
              ? new LogEntry.Forget(decision.next().job())
              : new LogEntry.Remember(decision.next()));
    }
    decision
        .effects(Effect.PublishAsset.class)
        .forEach(
            publish ->
                entries.add(new LogEntry.PublishAsset(publish.asset().withInlineGlb(inlineGlb))));
    decision
        .effects(Effect.Publish.class)
        .forEach(publish -> entries.add(new LogEntry.Publish(publish.event())));
    return entries;
  }

  /** A job that was never requested and that no command waits for. */
  static boolean isNothing(JobState state) {
    return state instanceof AwaitedJob awaited && awaited.commands().isEmpty();
  }
}
