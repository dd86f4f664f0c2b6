package dev.voxelmill.gpu.engine;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The process's libtorch, started once.
 *
 * <p>Thread counts and the offline switch are read by the native library when it is loaded and can
 * hardly be changed later, so {@link #start} sets them first, loads, and from then on only hands
 * out the same engine; asking for other options in the same process is an error.
 */
public final class Torch {
  private static final String ENGINE = "PyTorch";
  private static final String ATEN_PIN = "ATEN_CPU_CAPABILITY";
  private static final String ONEDNN_PIN = "ONEDNN_MAX_CPU_ISA";

  private static Optional<Torch> started = Optional.empty();

  private final TorchOptions options;
  private final Engine engine;
  private final String instructionSet;

  private Torch(TorchOptions options) {
    this.options = options;
    instructionSet = instructionSet(System.getenv(), options.strict());
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(options.threads()));
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    System.setProperty("ai.djl.pytorch.graph_optimizer", "false");
    engine = Engine.getEngine(ENGINE);
  }

  /** Starts libtorch, or returns it if this process already runs it with these options. */
  public static synchronized Torch start(TorchOptions options) {
    if (started.isEmpty()) {
      started = Optional.of(new Torch(options));
    }
    Torch torch = started.get();
    if (!torch.options.equals(options)) {
      throw new IllegalStateException(
          "options: "
              + options
              + " (expected: those of the first start in this process, "
              + torch.options
              + "; fix: start another process)");
    }
    return torch;
  }

  /** A new owner of arrays on the device; closing it frees them. */
  public NDManager newScope() {
    DeviceThread.require();
    return NDManager.newBaseManager(options.device(), ENGINE);
  }

  /**
   * Names what decides the bits of a result: {@code cpu/libtorch-2.7.1/avx2/threads-1}. Two workers
   * of one class give the same bytes; an instruction set that is not pinned reads {@code
   * isa-native} and promises nothing.
   */
  public String deviceClass() {
    return String.join(
        "/",
        options.device().getDeviceType(),
        "libtorch-" + engine.getVersion(),
        instructionSet,
        "threads-" + options.threads());
  }

  public TorchOptions options() {
    return options;
  }

  /** ATen and oneDNN choose kernels by separate variables; only both together pin the bits. */
  static String instructionSet(Map<String, String> environment, boolean strict) {
    String aten = environment.getOrDefault(ATEN_PIN, "").toLowerCase(Locale.ROOT);
    String onednn = environment.getOrDefault(ONEDNN_PIN, "").toLowerCase(Locale.ROOT);
    if (!aten.isEmpty() && !onednn.isEmpty()) {
      return aten.equals(onednn) ? aten : aten + "+onednn-" + onednn;
    }
    if (strict) {
      throw new IllegalStateException(
          ATEN_PIN
              + ": '"
              + aten
              + "', "
              + ONEDNN_PIN
              + ": '"
              + onednn
              + "' (expected: both set, as in avx2 and AVX2; fix: start through ./voxelmill, or set"
              + " them in the process's environment)");
    }
    return "isa-native";
  }
}
