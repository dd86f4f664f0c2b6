package dev.voxelmill.gpu.nn.folder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.engine.Argument;
import dev.voxelmill.gpu.engine.Kernel;
import dev.voxelmill.gpu.engine.ReadBuffer;
import dev.voxelmill.gpu.nn.script.PrintedNetwork;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A printed network with the weights of a folder.
 *
 * <p>Loading checks names and shapes, compiles the text and maps the files; no weight is read. The
 * first call, or {@link #settle}, brings the weights to the precision of the network and finds
 * those that are not finite.
 *
 * <p>Not thread-safe.
 */
public final class Network implements AutoCloseable {
  private final Kernel kernel;
  private final PrintedNetwork printed;
  private final WeightFolder weights;
  private final Map<String, String> storedNames;
  private boolean settled;

  private Network(
      Kernel kernel,
      PrintedNetwork printed,
      WeightFolder weights,
      Map<String, String> storedNames) {
    this.kernel = kernel;
    this.printed = printed;
    this.weights = weights;
    this.storedNames = storedNames;
  }

  /** Loads weights whose stored names are those of the parameters; takes the folder over. */
  public static Network load(NDManager owner, PrintedNetwork printed, WeightFolder weights) {
    return load(owner, printed, weights, UnaryOperator.identity());
  }

  /**
   * Loads weights; takes the folder over.
   *
   * @param renamed from a stored name to that of the parameter
   * @throws ModelFolderException when the weights are not those of the network
   */
  public static Network load(
      NDManager owner,
      PrintedNetwork printed,
      WeightFolder weights,
      UnaryOperator<String> renamed) {
    try {
      Map<String, String> names = WeightMatch.of(printed.parameters(), weights, renamed);
      return new Network(Kernel.compile(owner, printed.source()), printed, weights, names);
    } catch (RuntimeException e) {
      weights.close();
      throw e;
    }
  }

  /**
   * Holds the names, shapes and types of a folder's tensors against what a network needs.
   *
   * @throws ModelFolderException when the weights are not those of the network
   */
  public static void check(
      PrintedNetwork printed, WeightFolder weights, UnaryOperator<String> renamed) {
    WeightMatch.of(printed.parameters(), weights, renamed);
  }

  public PrintedNetwork printed() {
    return printed;
  }

  /** Reads the weights, if that has not happened. */
  public void settle(NDManager scope) {
    if (settled) {
      return;
    }
    ReadBuffer buffer = new ReadBuffer();
    for (Map.Entry<String, String> name : storedNames.entrySet()) {
      adopt(scope, name.getKey(), name.getValue(), buffer);
    }
    settled = true;
  }

  /**
   * Gives the script one weight. Where the stored precision is that of the network, the script uses
   * the mapped file itself, which the kernel then keeps; otherwise it makes its own copy, and the
   * file is read piece by piece.
   */
  private void adopt(NDManager scope, String parameter, String stored, ReadBuffer buffer) {
    Shape shape = printed.parameters().get(parameter);
    try (NDManager passing = scope.newSubManager()) {
      if (printed.precision().isReadAs(weights.entries().get(stored).type().readAs())) {
        NDArray mapped = weights.map(passing, stored);
        kernel.register(
            "adopt",
            parameter,
            mapped.getShape().equals(shape) ? mapped : mapped.reshape(shape).duplicate());
      } else {
        NDArray read = weights.read(passing, stored, buffer).reshape(shape);
        kernel.callOne(passing, "adopt", List.of(Argument.of(parameter), Argument.of(read)));
      }
      if (!kernel.callOne(passing, "finite", List.of(Argument.of(parameter))).getBoolean()) {
        throw new ModelFolderException(
            weights.folder(),
            stored,
            "not finite",
            "finite numbers in the precision of the network",
            "fetch the file again, or compute in bfloat16 or float32");
      }
    }
  }

  /** Calls a method that returns one tensor. */
  public NDArray callOne(NDManager scope, String method, List<Argument> arguments) {
    return call(scope, method, arguments).singletonOrThrow();
  }

  /** Calls a method; what it returns belongs to the scope. */
  public NDList call(NDManager scope, String method, List<Argument> arguments) {
    settle(scope);
    return kernel.call(scope, method, arguments);
  }

  /** Calls a method that differentiates and returns one tensor, which belongs to the scope. */
  public NDArray differentiateOne(NDManager scope, String method, List<Argument> arguments) {
    settle(scope);
    return kernel.differentiate(scope, method, arguments).singletonOrThrow();
  }

  /** The last output of a module of a traced network. */
  public NDArray shown(NDManager scope, String module) {
    return kernel.callOne(scope, "shown", List.of(Argument.of(module)));
  }

  @Override
  public void close() {
    kernel.close();
    weights.close();
  }
}
