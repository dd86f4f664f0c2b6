package dev.voxelmill.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.request.BodyHash;
import dev.voxelmill.protocols.request.RequestCodec;
import dev.voxelmill.protocols.request.RequestReading;
import dev.voxelmill.protocols.topic.IntakeRecord;
import dev.voxelmill.storage.checkpoint.CheckpointKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * What clients send and what the intake makes of it: good requests, the same again, others under
 * the same id, garbage, and commands at any time. The intake forwards each once, or twice when a
 * rebalance lets two hosts read the same record.
 */
final class Clients {
  private static final RequestCodec CODEC = new RequestCodec();
  private static final Duration POLL = Duration.ofMillis(60);

  private final Cluster cluster;
  private final Timeline timeline;
  private final List<Optional<IntakeRecord>> topic = new ArrayList<>();
  private final Set<JobId> jobs = new LinkedHashSet<>();
  private int offset;
  private int commands;
  private boolean satisfied;

  Clients(Cluster cluster) {
    this.cluster = cluster;
    this.timeline = cluster.timeline();
    poll();
  }

  /** Plans the whole load of a run. */
  void plan(int count) {
    for (int i = 0; i < count; i++) {
      JobId job = new JobId("t" + i % 3, "j" + i);
      jobs.add(job);
      if (timeline.chance(0.3)) {
        strand(job);
      }
      String body = body(job, timeline.chance(0.5), i);
      Duration at = timeline.between(0, 20_000);
      timeline.after(at, () -> submit(body));
      if (timeline.chance(0.3)) {
        timeline.after(at.plus(timeline.between(0, 10_000)), () -> submit(body));
      }
      if (timeline.chance(0.2)) {
        String other = body(job, true, i + 1000);
        timeline.after(at.plus(timeline.between(0, 10_000)), () -> submit(other));
      }
      if (timeline.chance(0.5)) {
        planCommands(job, at);
      }
    }
    timeline.after(timeline.between(0, 20_000), () -> submit("{\"id\": 7}"));
    timeline.after(timeline.between(0, 20_000), () -> order(new JobId("t0", "nobody"), cancel()));
  }

  /** A job of that name was run and forgotten long ago, and a zombie wrote after that. */
  private void strand(JobId job) {
    Instant longAgo = cluster.supervisors().getFirst().wall().minus(Duration.ofDays(10));
    for (int number = 1; number <= 3; number++) {
      for (String task : List.of("encode", "distill")) {
        cluster.checkpoints().strand(new CheckpointKey(job, task, 1, number), longAgo);
      }
    }
  }

  private void planCommands(JobId job, Duration submitted) {
    SplittableRandom random = timeline.random();
    for (int i = random.nextInt(4); i >= 0; i--) {
      JobCommand.Order order =
          switch (random.nextInt(5)) {
            case 0 -> cancel();
            case 1, 2 -> new JobCommand.Pause();
            case 3 -> new JobCommand.Resume();
            default -> new JobCommand.Reprioritise(random.nextInt(10));
          };
      // Some arrive before their job does.
      Duration at = submitted.plus(timeline.between(-3000, 25_000));
      timeline.after(
          at,
          () -> {
            if (!satisfied) {
              order(job, order);
            }
          });
    }
  }

  private static JobCommand.Order cancel() {
    return new JobCommand.Cancel();
  }

  private static String body(JobId job, boolean synthetic, long seed) {
    return """
        {"tenant": "%s", "id": "%s", "method": "%s", "seed": %d, "image": {"data": "AAAA"}%s}
        """
        .formatted(
            job.tenant(), job.id(), synthetic ? "synthetic" : "image-to-3d", seed, deadline(seed));
  }

  /** Every fourth request has one, from hardly begun to hardly ever reached. */
  private static String deadline(long seed) {
    return seed % 4 == 0 ? ", \"maxSeconds\": " + (1 + seed * 7 % 40) : "";
  }

  private void submit(String body) {
    String source = "requests/0/" + topic.size();
    topic.add(
        switch (CODEC.read(body.getBytes(UTF_8))) {
          case RequestReading.Valid valid -> {
            BlobRef blob = new BlobRef("0".repeat(64), 3, 0, List.of());
            JobRequest request =
                valid
                    .request()
                    .with(new JobRequest.ImageRef("image/png", 1, 1, blob), Optional.empty());
            yield Optional.of(
                new IntakeRecord.Submitted(
                    request, BodyHash.of(request), source, anyHost().wall()));
          }
          case RequestReading.Invalid invalid -> Optional.empty();
        });
  }

  /** They change nothing more, and let go on what they paused. */
  void letGo() {
    satisfied = true;
    jobs.forEach(job -> order(job, new JobCommand.Resume()));
  }

  private void order(JobId job, JobCommand.Order order) {
    String source = "commands/0/" + topic.size();
    topic.add(
        Optional.of(
            new IntakeRecord.Ordered(
                new JobCommand("c" + commands++, job, order), source, anyHost().wall())));
  }

  private Host anyHost() {
    return cluster.supervisors().getFirst();
  }

  /** The intake stream of whichever supervisor reads the topic now. */
  private void poll() {
    if (!cluster.brokers().isAway() && offset < topic.size()) {
      boolean twice = timeline.chance(0.02);
      topic.get(offset).ifPresent(cluster::forward);
      if (!twice) {
        offset++;
      }
    }
    timeline.after(POLL, this::poll);
  }

  /** Every job that a good request named. */
  Set<JobId> jobs() {
    return jobs;
  }

  /** True when all that was sent has been read and every command has its answer. */
  boolean isAnswered() {
    return offset == topic.size() && unanswered().isEmpty();
  }

  /** The commands that nobody has answered. */
  List<IntakeRecord> unanswered() {
    return topic.stream()
        .flatMap(Optional::stream)
        .filter(
            record ->
                record instanceof IntakeRecord.Ordered ordered
                    && !cluster.history().announced().isAnswered(ordered.command().commandId()))
        .toList();
  }
}
