package dev.voxelmill.gpu.bench;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * {@code docs/bench/unet_step.py} as a process that takes a step when it is told to, and stands
 * still otherwise.
 */
public final class PeerProcess implements AutoCloseable {
  private static final String PYTHON = "/usr/bin/python3";
  private static final int BEFORE_SHOWN = 2;

  /** What holds our libtorch to one instruction set; the peer runs as its users run it. */
  private static final Set<String> PINS = Set.of("ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA");

  private final Process process;
  private final BufferedReader answers;
  private final Writer orders;
  private final double openSeconds;
  private long peakResidentBytes;

  private PeerProcess(Process process) throws IOException {
    this.process = process;
    answers = process.inputReader();
    orders = process.outputWriter();
    openSeconds = Double.parseDouble(line());
  }

  /**
   * A step of the peer.
   *
   * @param shown some numbers of its answer
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
  public record Step(double seconds, double[] shown) {}

  /**
   * Starts the peer and waits until it has opened the network.
   *
   * @param home of the project
   * @param diffusers {@code src} of a clone of diffusers
   * @param unet the folder of the network
   */
  public static PeerProcess start(Path home, Path diffusers, Path unet, int threads)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                PYTHON,
                home.resolve("docs/bench/unet_step.py").toString(),
                diffusers.toString(),
                unet.toString(),
                Integer.toString(threads)));
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().keySet().removeAll(PINS);
    Process process = builder.start();
    try {
      return new PeerProcess(process);
    } catch (IOException e) {
      process.destroy();
      throw e;
    }
  }

  double openSeconds() {
    return openSeconds;
  }

  /** As of the newest step. */
  long peakResidentBytes() {
    return peakResidentBytes;
  }

  /** Has the peer do a step and waits for it. */
  Step step() throws IOException {
    orders.write(System.lineSeparator());
    orders.flush();
    double[] numbers = Arrays.stream(line().split(" ")).mapToDouble(Double::parseDouble).toArray();
    peakResidentBytes = (long) numbers[1];
    return new Step(numbers[0], Arrays.copyOfRange(numbers, BEFORE_SHOWN, numbers.length));
  }

  @Override
  public void close() {
    process.destroy();
  }

  private String line() throws IOException {
    String line = answers.readLine();
    if (line == null) {
      throw new EOFException(
          "unet_step.py: ended (expected: a line; fix: what it says on standard error)");
    }
    return line;
  }
}
