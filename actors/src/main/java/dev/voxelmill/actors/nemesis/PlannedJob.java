package dev.voxelmill.actors.nemesis;

import dev.voxelmill.actors.client.Submission;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.job.JobId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A job of the load.
 *
 * @param trouble which fault it rehearses inside its worker, if any
 */
record PlannedJob(
    JobId id,
    String method,
    long seed,
    int priority,
    SortedMap<String, String> parameters,
    Optional<FaultKind> trouble) {
  PlannedJob {
    parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
  }

  /** The same with a script of faults. */
  PlannedJob rehearsing(FaultKind kind, String script) {
    Map<String, String> scripted = new TreeMap<>(parameters);
    scripted.put("synthetic.faults", script);
    return new PlannedJob(id, method, seed, priority, new TreeMap<>(scripted), Optional.of(kind));
  }

  /** The code it has to fail with; a job that may be healed has none. */
  Optional<JobFailure.Code> failure() {
    return trouble.flatMap(
        kind ->
            switch (kind) {
              case NAN -> Optional.of(JobFailure.Code.NOT_FINITE);
              case OOM -> Optional.of(JobFailure.Code.DEVICE_OOM);
              case DEVICE_ERROR -> Optional.of(JobFailure.Code.DEVICE_ERROR);
              default -> Optional.empty();
            });
  }

  /** The request's JSON. */
  byte[] request(String imageBase64) {
    return new Submission(
            id,
            method,
            imageBase64,
            Submission.KnownCamera.UNKNOWN,
            OptionalLong.of(seed),
            parameters,
            new Submission.Wishes(
                List.of(), OptionalInt.of(priority), OptionalDouble.empty(), OptionalLong.empty()))
        .toJson();
  }

  @Override
  public String toString() {
    return "submit %s: %s, seed %d, priority %d, %s"
        .formatted(id, method, seed, priority, parameters);
  }
}
