package dev.voxelmill.actors.history;

import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.job.Sha256;
import dev.voxelmill.protocols.topic.AssetRecord;
import dev.voxelmill.protocols.topic.EventRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Whoever ran it and however often it was interrupted: jobs with the same body on one device class
 * have the same files. Assets that a limit has cut or that trouble has marked are left out.
 */
final class SameBytesCheck implements HistoryCheck.Check {
  private final Map<JobId, Sha256> bodies = new HashMap<>();
  private final Map<JobId, String> files = new TreeMap<>();
  private final Map<JobId, String> classes = new HashMap<>();

  @Override
  public void observe(Observation seen) {
    if (seen instanceof Observation.Published(EventRecord event)
        && event.event() instanceof EventRecord.Accepted accepted) {
      bodies.put(event.job(), accepted.bodyHash());
    } else if (seen instanceof Observation.Delivered(AssetRecord asset, var real)
        && asset.budget().isEmpty()
        && asset.stages().stream().allMatch(stage -> stage.marks().isEmpty())) {
      StringBuilder hashes = new StringBuilder();
      asset.files().forEach(f -> hashes.append(f.name()).append(' ').append(f.blob().sha256()));
      files.put(asset.job(), hashes.toString());
      classes.put(asset.job(), asset.deviceClass());
    }
  }

  @Override
  public void report(Findings into) {
    Map<String, JobId> first = new HashMap<>();
    files.forEach(
        (job, hashes) -> {
          if (bodies.containsKey(job)) {
            JobId other = first.putIfAbsent(bodies.get(job) + " on " + classes.get(job), job);
            if (other != null) {
              into.checked(Promise.SAME_BYTES);
              if (!hashes.equals(files.get(other))) {
                into.broken(
                    Promise.SAME_BYTES,
                    job.key(),
                    "%s, but %s has %s".formatted(hashes, other, files.get(other)));
              }
            }
          }
        });
  }
}
