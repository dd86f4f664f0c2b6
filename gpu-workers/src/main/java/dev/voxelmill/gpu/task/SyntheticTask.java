package dev.voxelmill.gpu.task;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.voxelmill.gpu.engine.SafeTensors;
import dev.voxelmill.gpu.engine.SafeTensorsWriter;
import dev.voxelmill.gpu.random.Noise;
import dev.voxelmill.gpu.random.NoiseStream;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.job.Sha256;
import dev.voxelmill.protocols.plan.FaultScript;
import dev.voxelmill.protocols.plan.FaultScript.Point;
import dev.voxelmill.protocols.plan.Parameters;
import dev.voxelmill.protocols.topic.JsonCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;

/**
 * A rehearsal: steps that hold the device for a set time, over a state of a set size, with scripted
 * faults. Worker, leases and checkpoints cannot tell it from a real task.
 *
 * <p>The state is noise. A step writes one page of it anew and adds the page to a chain of hashes
 * that began with the submitted picture; the result is a small file with the chain and the hash of
 * the whole state. A step left out, done twice or done on a wrong state gives other bytes.
 */
final class SyntheticTask implements StepTask {
  private static final NoiseStream START = NoiseStream.named("synthetic/start");
  private static final NoiseStream PAGES = NoiseStream.named("synthetic/pages");
  private static final int PAGE = 1024;

  /**
   * What stands behind scripted faults.
   *
   * @param memory what the task's memory is taken from
   * @param crash ends the process; it does not return
   */
  record Trouble(MemoryBudget memory, Runnable crash) {}

  private final NDManager scope;
  private final Trouble trouble;
  private final FaultScript faults;
  private final int life;
  private final int steps;
  private final Duration stepTime;
  private final Noise noise;
  private final float[] state; // uniform in [0, 1)
  private byte[] chain; // SHA-256
  private int next;

  /**
   * Opens a rehearsal.
   *
   * @param trouble what the device and the process do about scripted faults
   */
  SyntheticTask(NDManager device, TaskInput input, Optional<byte[]> snapshot, Trouble trouble) {
    this.trouble = trouble;
    Parameters parameters = input.parameters();
    life = input.attempt() + input.remedies().size();
    steps = parameters.whole("synthetic.steps");
    stepTime = Duration.ofMillis(parameters.whole("synthetic.stepMillis"));
    faults = FaultScript.parse(parameters.text("synthetic.faults")).orElseThrow();
    noise = new Noise(input.request().seed());
    int words = parameters.whole("synthetic.stateBytes") / Float.BYTES;
    if (snapshot.isPresent()) {
      try (SafeTensors file = SafeTensors.of("synthetic state", snapshot.get())) {
        state = file.floats("state");
        chain = HexFormat.of().parseHex(file.metadata().get("chain"));
        next = Integer.parseInt(file.metadata().get("nextStep"));
      }
      if (state.length != words) {
        throw new IllegalArgumentException(
            "synthetic state: " + state.length + " words (expected: " + words + ")");
      }
    } else {
      state = noise.uniforms(START, 0, words);
      chain = Sha256.digest().digest(input.image());
    }
    long held = parameters.large("synthetic.memoryBytes");
    trouble.memory().require("synthetic.memoryBytes", held);
    scope = device;
    if (held > 0) {
      scope.zeros(new Shape(held), DataType.INT8);
    }
  }

  @Override
  public long nextStep() {
    return next;
  }

  @Override
  public long totalSteps() {
    return steps;
  }

  @Override
  public StepOutcome step() {
    Optional<FaultScript.Kind> fault = faults.atStep(next, life);
    if (fault.isPresent()) {
      switch (fault.get()) {
        case NAN -> {
          return StepOutcome.Failed.permanent(
              JobFailure.Code.NOT_FINITE,
              "synthetic state at step " + next + ": NaN (expected: finite; scripted)");
        }
        case OOM -> throw new EngineException("out of memory at step " + next + " (scripted)");
        case DEVICE_ERROR ->
            throw new EngineException("illegal memory access at step " + next + " (scripted)");
        case HANG -> await(new CountDownLatch(1));
        case CRASH -> trouble.crash().run();
      }
    }
    hold(stepTime);
    advance();
    return StepOutcome.Advanced.WITHOUT_LOSS;
  }

  @Override
  public byte[] snapshot() {
    return new SafeTensorsWriter()
        .metadata("nextStep", Integer.toString(next))
        .metadata("chain", HexFormat.of().formatHex(chain))
        .add("state", state, state.length)
        .toBytes();
  }

  @Override
  public void onSnapshot(SnapshotPhase phase, long nextStep) {
    Point point =
        switch (phase) {
          case TAKEN -> Point.BEFORE_WRITE;
          case STORED -> Point.AFTER_WRITE;
          case CONFIRMED -> Point.AFTER_MANIFEST;
        };
    if (faults.crashesAt(point, nextStep, life)) {
      trouble.crash().run();
    }
  }

  @Override
  public boolean isUsable() {
    return next > 0;
  }

  @Override
  public TaskResult result() {
    ObjectNode result = JsonCodec.mapper().createObjectNode();
    result.put("steps", next);
    result.put("chain", HexFormat.of().formatHex(chain));
    result.put("state", Sha256.hex(bytes(state, 0, state.length)));
    byte[] text = (result.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
    return new TaskResult.Files(
        List.of(new TaskResult.NamedFile("synthetic.json", "application/json", text)),
        new TreeMap<>(),
        List.of());
  }

  @Override
  public void close() {
    scope.close();
  }

  private void advance() {
    int page = Math.min(PAGE, state.length);
    int from = (int) ((long) next * page % (state.length - page + 1));
    System.arraycopy(noise.uniforms(PAGES, next, page), 0, state, from, page);
    MessageDigest digest = Sha256.digest();
    digest.update(chain);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(next).array());
    chain = digest.digest(bytes(state, from, page));
    next++;
  }

  private static byte[] bytes(float[] values, int from, int count) {
    ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES);
    bytes.asFloatBuffer().put(values, from, count);
    return bytes.array();
  }

  private static void hold(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static void await(CountDownLatch never) {
    try {
      never.await();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static IllegalStateException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("interrupted in a synthetic step", cause);
  }
}
