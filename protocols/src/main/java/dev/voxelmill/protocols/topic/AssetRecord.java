package dev.voxelmill.protocols.topic;

import dev.voxelmill.protocols.job.FileRef;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.worker.TaskOutput;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;

/**
 * A finished asset: the record on {@code assets} and, as pretty JSON, {@code manifest.json}.
 *
 * @param files every file with hash, size and where its bytes lie; the GLB comes first
 * @param inlineGlbBase64 the GLB itself when it has at most 512 KiB, else the empty string
 * @param parameters every parameter with its effective value
 * @param stages what each task cost, in the order of the plan
 * @param quality figures by name
 * @param budget what the job's limits have cut, such as {@code maxSteps: distill.steps 100 of 200};
 *     empty when nothing was
 */
public record AssetRecord(
    JobId job,
    Instant finishedAt,
    String method,
    long seed,
    SortedMap<String, String> parameters,
    List<FileRef> files,
    String inlineGlbBase64,
    List<TaskOutput.ModelUse> models,
    SortedMap<String, String> versions,
    String deviceClass,
    List<Stage> stages,
    SortedMap<String, Double> quality,
    List<String> budget) {
  /** The same asset with the GLB itself. */
  public AssetRecord withInlineGlb(String base64) {
    return new AssetRecord(
        job,
        finishedAt,
        method,
        seed,
        parameters,
        files,
        base64,
        models,
        versions,
        deviceClass,
        stages,
        quality,
        budget);
  }

  /**
   * What one task of the job cost; the seconds are those of the attempt that finished it.
   *
   * @param blockedSeconds the device waited for snapshots
   * @param gapSeconds the device waited between steps
   * @param marks what trouble changed about the computation, so that other bytes than without it
   *     are no surprise: {@code smaller-steps} after values that were not finite, {@code
   *     smaller-batch} after memory was exhausted
   */
  public record Stage(
      String task,
      String worker,
      int attempts,
      long steps,
      double deviceSeconds,
      double blockedSeconds,
      double gapSeconds,
      double wallSeconds,
      List<String> marks) {}
}
