package dev.voxelmill.actors.history;

import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.FileRef;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.topic.AssetRecord;
import dev.voxelmill.protocols.topic.EventRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** An asset is there once, exactly for a job that succeeded, and it is what it says. */
final class AssetCheck implements HistoryCheck.Check {
  private final boolean whole;
  private final Findings found = new Findings();
  private final Map<JobId, List<FileRef>> delivered = new HashMap<>();
  private final Map<JobId, List<FileRef>> told = new HashMap<>();

  AssetCheck(boolean whole) {
    this.whole = whole;
  }

  @Override
  public void observe(Observation seen) {
    if (seen instanceof Observation.Published(EventRecord event)
        && event.event() instanceof EventRecord.Succeeded end) {
      told.put(event.job(), end.files());
    } else if (seen instanceof Observation.Delivered(AssetRecord asset, var real)) {
      found.checked(Promise.ASSET);
      if (delivered.put(asset.job(), asset.files()) != null) {
        found.broken(Promise.ASSET, asset.job().key(), "delivered again");
      }
      asset.files().forEach(file -> compare(asset.job(), file, real));
    }
  }

  private void compare(JobId job, FileRef file, Map<String, Observation.Content> real) {
    BlobRef blob = file.blob();
    Observation.Content content = real.get(blob.sha256());
    if (!new Observation.Content(blob.sha256(), blob.size()).equals(content)) {
      found.broken(
          Promise.ASSET,
          job.key(),
          "%s: %s is %s".formatted(file.name(), blob.sha256(), content == null ? "gone" : content));
    }
  }

  @Override
  public void report(Findings into) {
    into.addAll(found);
    Set<JobId> jobs = new TreeSet<>(told.keySet());
    jobs.addAll(delivered.keySet());
    for (JobId job : jobs) {
      if (!delivered.containsKey(job)) {
        into.open(Promise.ASSET, job.key(), "succeeded, without a record on assets");
      } else if (!told.containsKey(job)) {
        if (whole) {
          into.open(Promise.ASSET, job.key(), "delivered, its success was not told");
        }
      } else if (!told.get(job).equals(delivered.get(job))) {
        into.broken(Promise.ASSET, job.key(), "the event and the manifest name other files");
      }
    }
  }
}
