package dev.voxelmill.gpu.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The native call of one TorchScript method with typed arguments.
 *
 * <p>DJL's public call packs arguments by the <em>names</em> of arrays (a dot makes a dict, {@code
 * []} a list), hands dicts over in hash order, cannot pass an empty list or a number, gives results
 * to whatever manager owns the first argument, and leaks every argument when the script throws.
 * DJL's native method has none of these habits, but it is package-private, as is the constructor
 * that wraps its result; they are reached by method handles, looked up once.
 */
final class ScriptCall {
  private static final MethodHandle RUN;
  private static final MethodHandle WRAP;

  static {
    try {
      MethodHandles.Lookup lookup =
          MethodHandles.privateLookupIn(IValue.class, MethodHandles.lookup());
      Class<?> library = lookup.findClass("ai.djl.pytorch.jni.PyTorchLibrary");
      Object instance = lookup.findStaticGetter(library, "LIB", library).invoke();
      MethodType run =
          MethodType.methodType(
              long.class, long.class, String.class, long[].class, boolean.class, boolean.class);
      RUN = lookup.findVirtual(library, "moduleRunMethod", run).bindTo(instance);
      WRAP = lookup.findConstructor(IValue.class, MethodType.methodType(void.class, long.class));
    } catch (Throwable e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private ScriptCall() {}

  /** Calls the method; everything it returns belongs to the scope. */
  static NDList run(
      PtSymbolBlock module, PtNDManager scope, String method, List<Argument> arguments) {
    IValue[] values = new IValue[arguments.size()];
    try {
      long[] handles = new long[values.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = pack(arguments.get(i));
        handles[i] = values[i].getHandle();
      }
      try (IValue result = invoke(module.getHandle(), method, handles)) {
        return result.toNDList(scope);
      }
    } finally {
      for (IValue value : values) {
        if (value != null) {
          value.close();
        }
      }
    }
  }

  /**
   * The training flag is always set: without it the method runs under libtorch's inference mode,
   * and what it returns can never take part in a gradient. Whether gradients are recorded is left
   * to the thread's gradient mode.
   */
  private static IValue invoke(long module, String method, long[] arguments) {
    boolean training = true;
    boolean separateCudaStream = false;
    try {
      long result = (long) RUN.invokeExact(module, method, arguments, training, separateCudaStream);
      return (IValue) WRAP.invokeExact(result);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("cannot call " + method, e);
    }
  }

  private static IValue pack(Argument argument) {
    return switch (argument) {
      case Argument.Tensor(NDArray array) -> IValue.from((PtNDArray) array);
      case Argument.TensorList(List<NDArray> arrays) ->
          IValue.listFrom(arrays.stream().map(PtNDArray.class::cast).toArray(PtNDArray[]::new));
      case Argument.TensorDict(Map<String, NDArray> arrays) -> dict(arrays);
      case Argument.Text(String value) -> IValue.from(value);
      case Argument.Whole(long value) -> IValue.from(value);
      case Argument.Real(double value) -> IValue.from(value);
      case Argument.Flag(boolean value) -> IValue.from(value);
    };
  }

  private static IValue dict(Map<String, NDArray> arrays) {
    Map<String, PtNDArray> cast = new LinkedHashMap<>();
    arrays.forEach((key, array) -> cast.put(key, (PtNDArray) array));
    return IValue.stringMapFrom(cast);
  }
}
