package dev.voxelmill.actors.cli;

import dev.voxelmill.actors.client.Submission;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import picocli.CommandLine.Option;

/** What a submission may want of any method. */
final class Wanted {
  @Option(
      names = "--output",
      split = ",",
      paramLabel = "FORMAT",
      description = "Files wanted: glb, which is always made, ply, obj; separated by commas.")
  List<String> outputs = List.of();

  @Option(
      names = "--priority",
      paramLabel = "N",
      description = "0 (last) to 9 (first) (default: 5).")
  Integer priority;

  @Option(
      names = "--max-seconds",
      paramLabel = "S",
      description = "Deliver what there is this long after acceptance; pauses do not count.")
  Double maxSeconds;

  @Option(
      names = "--max-steps",
      paramLabel = "N",
      description = "Refine the asset for at most this many steps.")
  Long maxSteps;

  Submission.Wishes wishes() {
    return new Submission.Wishes(
        outputs,
        priority == null ? OptionalInt.empty() : OptionalInt.of(priority),
        maxSeconds == null ? OptionalDouble.empty() : OptionalDouble.of(maxSeconds),
        maxSteps == null ? OptionalLong.empty() : OptionalLong.of(maxSteps));
  }
}
