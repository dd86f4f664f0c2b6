package dev.voxelmill.gpu.engine;

import static java.util.Objects.requireNonNull;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A TorchScript class compiled from text, the form in which all tensor maths reaches libtorch.
 *
 * <p>Every call, on every thread, sets the two thread-local modes on which bits and memory depend:
 *
 * <ul>
 *   <li>The profiling executor is off. Left on, it recompiles a method after its first run, so that
 *       the second call with the same input gives other bits, and it caches the plan in the module
 *       for all threads.
 *   <li>Gradient mode is off in {@link #call} and on in {@link #differentiate}, and afterwards as
 *       it was.
 * </ul>
 *
 * <p>Results belong to the scope given to the call and die with it; arguments are only read, and
 * their names mean nothing. A method that differentiates calls {@code torch.autograd.grad} itself
 * and returns detached tensors: no gradient collector, of which DJL allows one per process, is
 * involved.
 *
 * <p><b>Storage.</b> An array created from Java values on the CPU borrows Java's memory and loses
 * it when it is closed. A method therefore never returns an argument or a view of one to a scope
 * that outlives the argument, and keeps one only through {@link #register}.
 *
 * <p><b>Weights.</b> Handing hundreds of tensors to each call costs milliseconds. A network
 * therefore declares {@code w : Dict[str, Tensor]}, is compiled with the attribute {@code "w"}
 * initially {@code Map.of()}, and has a method
 *
 * <pre>
 *   def reg(self: __torch__.Net, key: str, value: Tensor) -> Tensor:
 *     torch._set_item(self.w, key, value)
 *     return value
 * </pre>
 *
 * through which {@link #register} fills it once.
 *
 * <p>Not thread-safe while {@link #register} runs; calls alone may overlap.
 */
public final class Kernel implements AutoCloseable {
  private final String name;
  private final PtNDManager manager;
  private final PtSymbolBlock module;
  private final Map<Slot, NDArray> registered = new HashMap<>();

  /** Where a tensor was registered. */
  private record Slot(String method, String key) {}

  private Kernel(String name, PtNDManager manager, PtSymbolBlock module) {
    this.name = name;
    this.manager = manager;
    this.module = module;
  }

  /**
   * Compiles a class. It lives until it or its owner is closed, and runs on the owner's device.
   *
   * @throws EngineException naming operator, line and column when the text does not compile
   */
  public static Kernel compile(NDManager owner, KernelSource source) {
    requireNonNull(source, "source");
    DeviceThread.require();
    PtNDManager manager = (PtNDManager) owner.newSubManager();
    JniUtils.setGraphExecutorOptimize(false);
    try (var archive = new ByteArrayInputStream(ScriptArchive.pack(source))) {
      PtSymbolBlock module = JniUtils.loadModule(manager, archive, true, false);
      return new Kernel(source.className(), manager, module);
    } catch (IOException e) {
      manager.close();
      throw new UncheckedIOException("cannot load " + source.className(), e);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /** Runs a method without recording gradients. */
  public NDList call(NDManager scope, String method, NDArray... arguments) {
    return call(scope, method, tensors(arguments));
  }

  /** Runs a method without recording gradients. */
  public NDList call(NDManager scope, String method, List<Argument> arguments) {
    return run(scope, method, arguments, false);
  }

  /** Runs a method that returns one tensor, without recording gradients. */
  public NDArray callOne(NDManager scope, String method, NDArray... arguments) {
    return call(scope, method, arguments).singletonOrThrow();
  }

  /** Runs a method that returns one tensor, without recording gradients. */
  public NDArray callOne(NDManager scope, String method, List<Argument> arguments) {
    return call(scope, method, arguments).singletonOrThrow();
  }

  /** Runs a method with gradients recorded, for one that calls {@code torch.autograd.grad}. */
  public NDList differentiate(NDManager scope, String method, NDArray... arguments) {
    return differentiate(scope, method, tensors(arguments));
  }

  /** Runs a method with gradients recorded, for one that calls {@code torch.autograd.grad}. */
  public NDList differentiate(NDManager scope, String method, List<Argument> arguments) {
    return run(scope, method, arguments, true);
  }

  /**
   * Puts a tensor into the module under a key, through a method {@code (key: str, value: Tensor) ->
   * Tensor} of the text. The module shares the tensor's storage, and the kernel takes the array
   * over: it lives until the kernel is closed or another takes its key, so that memory that belongs
   * to Java, such as a mapped file, cannot be unmapped under the module.
   */
  public void register(String method, String key, NDArray tensor) {
    try (NDManager scope = manager.newSubManager()) {
      call(scope, method, List.of(Argument.of(key), Argument.of(tensor)));
    }
    tensor.attach(manager);
    NDArray replaced = registered.put(new Slot(method, key), tensor);
    if (replaced != null && !replaced.getUid().equals(tensor.getUid())) {
      replaced.close();
    }
  }

  @Override
  public void close() {
    module.close();
    manager.close();
  }

  @Override
  public String toString() {
    return "Kernel " + name;
  }

  private NDList run(
      NDManager scope, String method, List<Argument> arguments, boolean recordGradients) {
    DeviceThread.require();
    boolean recorded = JniUtils.isGradMode();
    JniUtils.setGraphExecutorOptimize(false);
    JniUtils.setGradMode(recordGradients);
    try {
      return ScriptCall.run(module, (PtNDManager) scope, method, arguments);
    } catch (EngineException e) {
      throw new EngineException(name + "." + method + " failed: " + e.getMessage(), e);
    } finally {
      JniUtils.setGradMode(recorded);
    }
  }

  private static List<Argument> tensors(NDArray[] arrays) {
    return Arrays.stream(arrays).map(Argument::of).toList();
  }
}
