package dev.voxelmill.gpu.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.nn.diffusers.PrintOptions;
import dev.voxelmill.gpu.nn.diffusers.UNet;
import dev.voxelmill.gpu.nn.script.Precision;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a UNet of a real size costs: opening its folder, its first step, which reads the weights,
 * and every later one, on latents of 64x64 and a text of 77 tokens. On demand the same network in
 * Python takes its steps in turn with ours, so that both see the same machine.
 */
public final class ModelsBench {
  private static final int SIDE = 64;
  private static final int TOKENS = 77;
  private static final int SHOWN = 16;
  private static final int OPENINGS = 5;
  private static final float TIMESTEP = 500;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final Path STATUS = Path.of("/proc/self/status");

  private ModelsBench() {}

  /**
   * What was measured.
   *
   * @param openSeconds to check the configuration and the headers, map the files and build the
   *     module; median of five
   * @param firstStepSeconds the first step, with the reading of the weights
   * @param stepSeconds of each later step
   * @param peakResidentBytes the most that this process ever held, the mapped file included
   * @param peer the same in Python
   */
  public record Figures(
      double openSeconds,
      double firstStepSeconds,
      List<Double> stepSeconds,
      long peakResidentBytes,
      Optional<Peer> peer) {
    public Figures {
      stepSeconds = List.copyOf(stepSeconds);
    }

    /** The median of our steps. */
    public double medianStepSeconds() {
      return Medians.of(stepSeconds);
    }
  }

  /**
   * The same network in Python.
   *
   * @param stepSeconds of the step after each of ours
   * @param largestDifference between the numbers of the two answers that were compared
   */
  public record Peer(
      double openSeconds,
      List<Double> stepSeconds,
      long peakResidentBytes,
      double largestDifference) {
    public Peer {
      stepSeconds = List.copyOf(stepSeconds);
    }

    public double medianStepSeconds() {
      return Medians.of(stepSeconds);
    }
  }

  /**
   * Measures; on a device thread.
   *
   * @param unet the folder of the network
   * @param rounds steps after the first
   * @param python starts the peer
   */
  public static Figures measure(
      Torch torch, Path unet, Precision precision, int rounds, Optional<PeerProcess> python)
      throws IOException {
    try (NDManager owner = torch.newScope()) {
      PrintOptions options = PrintOptions.PLAIN.in(precision);
      double openSeconds = opening(owner, unet, options);
      try (UNet network = UNet.load(owner, unet, options);
          NDManager scope = owner.newSubManager()) {
        UNet.Question question = question(scope, network);
        double first = step(owner, network, question).seconds();
        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        double largest = 0;
        for (int round = 0; round < rounds; round++) {
          Step own = step(owner, network, question);
          ours.add(own.seconds());
          if (python.isPresent()) {
            PeerProcess.Step other = python.get().step();
            theirs.add(other.seconds());
            largest = Math.max(largest, difference(own.shown(), other.shown()));
          }
        }
        double difference = largest;
        return new Figures(
            openSeconds,
            first,
            ours,
            peakResidentBytes(),
            python.map(
                peer ->
                    new Peer(peer.openSeconds(), theirs, peer.peakResidentBytes(), difference)));
      }
    }
  }

  private static double opening(NDManager owner, Path unet, PrintOptions options) {
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i < OPENINGS; i++) {
      long start = System.nanoTime();
      UNet network = UNet.load(owner, unet, options);
      seconds.add((System.nanoTime() - start) / NANOS_PER_SECOND);
      network.close();
    }
    return Medians.of(seconds);
  }

  @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
  private record Step(double seconds, double[] shown) {}

  private static Step step(NDManager owner, UNet network, UNet.Question question) {
    try (NDManager scope = owner.newSubManager()) {
      long start = System.nanoTime();
      float[] answer = network.predict(scope, question).toFloatArray();
      double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
      double[] shown = new double[SHOWN];
      Arrays.setAll(shown, i -> answer[i * (answer.length / SHOWN)]);
      return new Step(seconds, shown);
    }
  }

  private static UNet.Question question(NDManager scope, UNet network) {
    int inputs = network.config().inputs();
    int width = network.config().contextWidth();
    return UNet.Question.of(
        wave(scope, 1.0, new Shape(1, inputs, SIDE, SIDE)),
        scope.create(TIMESTEP),
        wave(scope, 0.5, new Shape(1, TOKENS, width)));
  }

  /** The sine of equal paces, which any program can make. */
  private static NDArray wave(NDManager scope, double pace, Shape shape) {
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(pace * i);
    }
    return scope.create(values, shape);
  }

  private static double difference(double[] one, double[] other) {
    double largest = 0;
    for (int i = 0; i < one.length; i++) {
      largest = Math.max(largest, Math.abs(one[i] - other[i]));
    }
    return largest;
  }

  private static long peakResidentBytes() {
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + STATUS, e);
    }
  }
}
