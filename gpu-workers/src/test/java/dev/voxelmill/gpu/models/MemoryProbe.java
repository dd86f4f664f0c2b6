package dev.voxelmill.gpu.models;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.engine.DeviceThread;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.nn.diffusers.Autoencoder;
import dev.voxelmill.gpu.nn.diffusers.PrintOptions;
import dev.voxelmill.gpu.nn.diffusers.UNet;
import dev.voxelmill.gpu.nn.diffusers.WorkingMemory;
import dev.voxelmill.gpu.nn.diffusers.WorkingMemory.Maps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * A process that runs the networks of a folder and prints, for each, a line of its name, the
 * estimated and the measured bytes that a call adds to the process. It is a process of its own
 * because its allocator must give memory back at once, and its heap must not grow.
 */
final class MemoryProbe {
  private static final Path PEAK_RESET = Path.of("/proc/self/clear_refs");
  private static final int REPEATS = 2;
  private static final int SIDE = 16;
  private static final int REFERENCE_SIDE = 12;
  private static final int ROWS = 512;
  private static final int PICTURE_SIDE = 128;
  private static final int PICTURES = 48;

  private MemoryProbe() {}

  /** Runs the probe; the argument is the folder. */
  public static void main(String[] args) {
    try (DeviceThread thread = DeviceThread.open("probe")) {
      thread.run(
          () -> {
            try (NDManager scope = Torch.start(TorchOptions.cpu()).newScope()) {
              plain(scope, Path.of(args[0]));
              withReference(scope, Path.of(args[0]));
              decoding(scope, Path.of(args[0]));
            }
          });
    }
  }

  private static void plain(NDManager scope, Path folder) {
    try (UNet unet = UNet.load(scope, folder.resolve("unet"), PrintOptions.PLAIN)) {
      report(
          "unet",
          WorkingMemory.bytes(unet.config(), new Maps(ROWS, SIDE, SIDE), Optional.empty()),
          ROWS,
          rows -> {
            try (NDManager step = scope.newSubManager()) {
              unet.predict(step, question(step, unet, rows));
            }
          });
    }
  }

  private static void withReference(NDManager scope, Path folder) {
    PrintOptions options = PrintOptions.PLAIN.withReference();
    try (UNet unet = UNet.load(scope, folder.resolve("unet"), options)) {
      report(
          "reference",
          WorkingMemory.bytes(
              unet.config(),
              new Maps(ROWS, SIDE, SIDE),
              Optional.of(new Maps(ROWS, REFERENCE_SIDE, REFERENCE_SIDE))),
          ROWS,
          rows -> {
            try (NDManager step = scope.newSubManager()) {
              Shape reference = new Shape(rows, 4, REFERENCE_SIDE, REFERENCE_SIDE);
              unet.predict(step, question(step, unet, rows), step.zeros(reference), 0);
            }
          });
    }
  }

  private static UNet.Question question(NDManager step, UNet unet, long rows) {
    return UNet.Question.of(
        step.zeros(new Shape(rows, unet.config().inputs(), SIDE, SIDE)),
        step.create(1f),
        step.zeros(new Shape(rows, 1, unet.config().contextWidth())));
  }

  private static void decoding(NDManager scope, Path folder) {
    try (Autoencoder autoencoder =
        Autoencoder.load(scope, folder.resolve("vae"), PrintOptions.PLAIN)) {
      int side = PICTURE_SIDE / autoencoder.config().reduction();
      report(
          "decode",
          WorkingMemory.bytes(autoencoder.config(), new Maps(PICTURES, PICTURE_SIDE, PICTURE_SIDE)),
          PICTURES,
          rows -> {
            try (NDManager step = scope.newSubManager()) {
              autoencoder.decode(step, step.zeros(new Shape(rows, 4, side, side)));
            }
          });
    }
  }

  /** The least of a few heights: what else a process does only adds. */
  private static void report(String name, long estimated, long rows, LongConsumer call) {
    call.accept(1); // reads the weights, and lets the library prepare itself
    long least = Long.MAX_VALUE;
    for (int i = 0; i < REPEATS; i++) {
      least = Math.min(least, height(call, rows));
    }
    System.out.println(name + " " + estimated + " " + least);
  }

  private static long height(LongConsumer call, long rows) {
    try {
      Files.writeString(PEAK_RESET, "5"); // the height of resident memory begins anew
      long before = resident();
      call.accept(rows);
      return resident() - before;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long resident() throws IOException {
    String line =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(one -> one.startsWith("VmHWM"))
            .findFirst()
            .orElseThrow();
    return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
  }
}
