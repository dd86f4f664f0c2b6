package dev.voxelmill.gpu.cli;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.util.Utils;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Measures this machine and lets {@link Needs} judge it. */
final class Examination {
  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
  private static final Path MEMORY = Path.of("/proc/meminfo");
  private static final Path NVIDIA_DRIVER = Path.of("/proc/driver/nvidia/version");

  private Examination() {}

  /** Looks at everything that a job needs; {@code port} is where a local broker would listen. */
  static List<Finding> ofThisMachine(int port) throws IOException, InterruptedException {
    List<Finding> findings = new ArrayList<>();
    findings.add(Needs.java(Runtime.version().feature(), System.getProperty("java.home")));
    findings.add(Needs.maven(mavenVersion()));
    findings.add(Needs.platform(System.getProperty("os.name"), System.getProperty("os.arch")));
    if (Files.isReadable(PROCESSORS)) {
      findings.add(Needs.processor(processorFlags(), Runtime.getRuntime().availableProcessors()));
    }
    if (Files.isReadable(MEMORY)) {
      findings.add(Needs.memory(availableMemoryBytes()));
    }
    findings.add(disk("disk: work", Path.of(System.getProperty("java.io.tmpdir"))));
    findings.add(disk("disk: libtorch", Utils.getEngineCacheDir("pytorch")));
    findings.add(port(port));
    findings.add(libtorch());
    findings.add(devices());
    return findings;
  }

  private static String mavenVersion() throws InterruptedException {
    try {
      Process maven =
          new ProcessBuilder("mvn", "-B", "--version").redirectErrorStream(true).start();
      String text = new String(maven.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      boolean ended = maven.waitFor(30, TimeUnit.SECONDS);
      return ended
          ? text.lines().filter(line -> line.contains("Apache Maven")).findFirst().orElse("")
          : "";
    } catch (IOException e) {
      // Not on the PATH; Needs says what to do about it.
      return "";
    }
  }

  private static Set<String> processorFlags() throws IOException {
    try (var lines = Files.lines(PROCESSORS)) {
      return lines
          .filter(line -> line.startsWith("flags"))
          .findFirst()
          .map(line -> Set.of(line.substring(line.indexOf(':') + 1).strip().split("\\s+")))
          .orElse(Set.of());
    }
  }

  private static long availableMemoryBytes() throws IOException {
    try (var lines = Files.lines(MEMORY)) {
      return lines
          .filter(line -> line.startsWith("MemAvailable:"))
          .findFirst()
          .map(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .orElse(0L);
    }
  }

  private static Finding disk(String subject, Path directory) throws IOException {
    Path existing = directory.toAbsolutePath();
    while (!Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (!Files.isWritable(existing)) {
      return Finding.broken(subject, "cannot write to " + existing, "make it writable");
    }
    return Needs.disk(subject, directory.toString(), Files.getFileStore(existing).getUsableSpace());
  }

  private static Finding port(int port) {
    String address = "127.0.0.1:" + port;
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return Finding.good("port", address + " is free");
    } catch (IOException e) {
      return Finding.limited(
          "port",
          address + " is taken (" + e.getMessage() + ")",
          "fine when ./voxelmill up runs; else give up another with --port");
    }
  }

  private static Finding libtorch() {
    try {
      Engine engine = Engine.getEngine("PyTorch");
      try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
          NDArray two = manager.create(1f).add(1f)) {
        return two.getFloat() == 2f
            ? Finding.good("libtorch", engine.getVersion() + " loads and adds")
            : Finding.broken("libtorch", "1 + 1 = " + two.getFloat(), "replace this machine");
      }
    } catch (RuntimeException | LinkageError e) {
      return Finding.broken(
          "libtorch",
          rootCause(e).toString(),
          "delete " + Utils.getEngineCacheDir("pytorch") + " and try again: it is unpacked there");
    }
  }

  private static Finding devices() {
    if (!Files.exists(NVIDIA_DRIVER)) {
      return Finding.good("devices", "cpu");
    }
    try {
      int gpus = Engine.getEngine("PyTorch").getGpuCount();
      return gpus > 0
          ? Finding.good("devices", "cpu and " + gpus + " GPU")
          : Finding.limited(
              "devices",
              "cpu; an NVIDIA driver is there, but this libtorch is built for processors only",
              "set PYTORCH_LIBRARY_PATH and PYTORCH_FLAVOR=cu128 to an installed libtorch 2.7.1");
    } catch (RuntimeException | LinkageError e) {
      return Finding.limited("devices", "cpu", "mend libtorch first");
    }
  }

  private static Throwable rootCause(Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
