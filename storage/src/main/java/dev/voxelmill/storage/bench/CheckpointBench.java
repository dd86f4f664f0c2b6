package dev.voxelmill.storage.bench;

import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.storage.broker.EmbeddedBroker;
import dev.voxelmill.storage.checkpoint.CheckpointKey;
import dev.voxelmill.storage.checkpoint.CheckpointStore;
import dev.voxelmill.storage.checkpoint.KafkaCheckpointStore;
import dev.voxelmill.storage.chunk.ChunkConfig;
import dev.voxelmill.storage.topics.Installation;
import dev.voxelmill.storage.topics.TopicSetup;
import dev.voxelmill.storage.topics.TopicsConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Times writing a checkpoint until it is durable, and reading it back, for noise and for a smooth
 * field. Prints one line per kind: median and 95th percentile in milliseconds.
 */
@Command(
    name = "checkpoint-bench",
    mixinStandardHelpOptions = true,
    description = "Times writing and reading checkpoints.")
public final class CheckpointBench implements Callable<Integer> {
  private static final int WARM_UP = 5;

  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT",
      defaultValue = "",
      description = "Brokers to measure; without it one is started in this JVM.")
  private String bootstrap = "";

  @Option(names = "--mib", defaultValue = "16", description = "Size of a payload in MiB.")
  private int mebibytes;

  @Option(names = "--rounds", defaultValue = "40", description = "How many of each kind.")
  private int rounds;

  /** Runs the bench. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new CheckpointBench()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    if (!bootstrap.isEmpty()) {
      measure(bootstrap);
      return CommandLine.ExitCode.OK;
    }
    Path directory = Files.createTempDirectory("checkpoint-bench");
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory)) {
      measure(broker.bootstrap());
      System.out.println("the broker's records are left in " + directory);
    }
    return CommandLine.ExitCode.OK;
  }

  private void measure(String brokers) {
    for (Figures figures : measure(brokers, mebibytes, rounds)) {
      System.out.printf(
          Locale.ROOT,
          "%-7s %d MiB  codec %-14s  write p50 %.0f ms, p95 %.0f ms  read p50 %.0f ms, p95 %.0f ms%n",
          figures.kind(),
          mebibytes,
          figures.codec(),
          percentile(figures.writeMs(), 50),
          percentile(figures.writeMs(), 95),
          percentile(figures.readMs(), 50),
          percentile(figures.readMs(), 95));
    }
  }

  /**
   * Times of one kind of payload in milliseconds, ascending.
   *
   * @param kind {@code noise} or {@code smooth}
   * @param writeMs until all of it was durable and its manifest known
   * @param readMs until all of it was back and checked
   */
  public record Figures(String kind, String codec, List<Double> writeMs, List<Double> readMs) {
    public Figures {
      writeMs = writeMs.stream().sorted().toList();
      readMs = readMs.stream().sorted().toList();
    }

    /** Half of the writes took no longer. */
    public double medianWriteMs() {
      return percentile(writeMs, 50);
    }

    /** Half of the reads took no longer. */
    public double medianReadMs() {
      return percentile(readMs, 50);
    }
  }

  /**
   * Writes and reads payloads of each kind, after a few that warm both sides up.
   *
   * @param brokers addresses of the brokers
   * @param mebibytes size of a payload
   * @param rounds how many of each kind
   */
  public static List<Figures> measure(String brokers, int mebibytes, int rounds) {
    Installation installation =
        new TopicSetup(brokers, TopicsConfig.load(), Duration.ofSeconds(30)).run();
    try (CheckpointStore store = new KafkaCheckpointStore(installation, ChunkConfig.load())) {
      return List.of(
          measure(store, "noise", noise(mebibytes), rounds),
          measure(store, "smooth", smooth(mebibytes), rounds));
    }
  }

  private static Figures measure(CheckpointStore store, String kind, byte[] payload, int rounds) {
    JobId job = new JobId("bench", kind + "-" + System.nanoTime());
    List<Double> writeMs = new ArrayList<>();
    List<Double> readMs = new ArrayList<>();
    String codec = "";
    for (int round = -WARM_UP; round < rounds; round++) {
      CheckpointKey key = new CheckpointKey(job, "bench", 1, round + WARM_UP + 1);
      long begun = System.nanoTime();
      CheckpointManifest manifest =
          store.write(key, round + WARM_UP, "bench", payload).toCompletableFuture().join();
      long written = System.nanoTime();
      byte[] back = store.read(job, manifest).toCompletableFuture().join();
      long read = System.nanoTime();
      if (!Arrays.equals(payload, back)) {
        throw new IllegalStateException(key + ": read back other bytes than were written");
      }
      if (round >= 0) {
        writeMs.add((written - begun) / 1e6);
        readMs.add((read - written) / 1e6);
      }
      codec = manifest.codec().toString();
      store.delete(job, manifest).toCompletableFuture().join();
    }
    return new Figures(kind, codec, writeMs, readMs);
  }

  private static double percentile(List<Double> sorted, int percent) {
    return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
  }

  private static byte[] noise(int mebibytes) {
    byte[] bytes = new byte[mebibytes << 20];
    new Random(7).nextBytes(bytes);
    return bytes;
  }

  private static byte[] smooth(int mebibytes) {
    ByteBuffer bytes = ByteBuffer.allocate(mebibytes << 20).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      bytes.putFloat((float) Math.sin(bytes.position() * 1e-4));
    }
    return bytes.array();
  }
}
