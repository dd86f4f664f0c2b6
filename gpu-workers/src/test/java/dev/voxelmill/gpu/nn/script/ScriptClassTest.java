package dev.voxelmill.gpu.nn.script;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.engine.Argument;
import dev.voxelmill.gpu.engine.Kernel;
import dev.voxelmill.gpu.engine.OnDeviceThread;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import java.util.List;
import org.junit.jupiter.api.Test;

@OnDeviceThread
class ScriptClassTest {
  @Test
  void aPrintedClassComputesWithParametersByName() {
    try (NDManager scope = Torch.start(TorchOptions.cpu()).newScope();
        Kernel kernel = Kernel.compile(scope, printed(true).source())) {
      kernel.register("adopt", "out.weight", scope.create(new float[] {2, 3}, new Shape(1, 2)));
      kernel.register("adopt", "out.bias", scope.create(new float[] {5}, new Shape(1)));

      NDArray y =
          kernel.callOne(
              scope, "forward", scope.create(new float[] {1, 10, 2, 20}, new Shape(2, 2)));

      assertArrayEquals(new float[] {37, 69}, y.toFloatArray());
      NDArray seen = kernel.callOne(scope, "shown", List.of(Argument.of("out")));
      assertArrayEquals(new float[] {37, 69}, seen.toFloatArray());
    }
  }

  @Test
  void onlyWhatIsCalledIsPrintedAndIntermediatesOnlyWhenTraced() {
    String text = printed(false).source().text();

    assertTrue(text.contains("  # x W^T + b\n  def linear(self: __torch__.Small, "), text);
    assertFalse(text.contains("conv2d"), text);
    assertFalse(text.contains("seen"), text);
  }

  @Test
  void aCallOfNothingIsAnError() {
    ScriptClass small = printed(false);
    small.method("Wrong.", "wrong", List.of("x: Tensor"), "Tensor").line("return self.nothing(x)");

    assertThrows(IllegalStateException.class, small::source);
  }

  private static ScriptClass printed(boolean traced) {
    ScriptClass small = new ScriptClass("Small", "One layer.", Precision.FLOAT32, traced);
    small
        .method("x (B, 2) -> (B, 1)", "forward", List.of("x: Tensor"), "Tensor")
        .line("y = self.linear(self.entering(x), \"out\")")
        .seen("out", "y")
        .line("return torch.to(y, 6)");
    return small;
  }
}
