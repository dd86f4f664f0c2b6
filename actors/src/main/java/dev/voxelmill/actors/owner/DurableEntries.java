package dev.voxelmill.actors.owner;

import dev.voxelmill.protocols.lifecycle.Decision;
import dev.voxelmill.protocols.lifecycle.Effect;
import dev.voxelmill.protocols.topic.AssetRecord;
import dev.voxelmill.storage.log.LogEntry;
import java.util.ArrayList;
import java.util.List;

/** What the transaction of a decision holds: the state, and all that becomes public with it. */
final class DurableEntries {
  private DurableEntries() {}

  /**
   * The entries in the order in which readers of a topic see them.
   *
   * @param inlineGlb goes into the asset's record if the decision publishes one; may be empty
   */
  static List<LogEntry> of(Decision decision, String inlineGlb) {
    List<LogEntry> entries = new ArrayList<>();
    entries.add(new LogEntry.Remember(decision.next()));
    decision
        .effects(Effect.PublishAsset.class)
        .forEach(
            publish -> entries.add(new LogEntry.PublishAsset(with(publish.asset(), inlineGlb))));
    decision
        .effects(Effect.Publish.class)
        .forEach(publish -> entries.add(new LogEntry.Publish(publish.event())));
    return entries;
  }

  private static AssetRecord with(AssetRecord asset, String inlineGlb) {
    return new AssetRecord(
        asset.job(),
        asset.finishedAt(),
        asset.method(),
        asset.seed(),
        asset.parameters(),
        asset.files(),
        inlineGlb,
        asset.models(),
        asset.versions(),
        asset.deviceClass(),
        asset.stages(),
        asset.quality());
  }
}
