package dev.voxelmill.gpu.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeviceThreadTest {
  private final DeviceThread device = DeviceThread.open("device-0");

  @AfterEach
  void close() {
    device.close();
  }

  @Test
  void workRunsOnOneNamedThread() {
    Thread first = device.call(Thread::currentThread);
    Thread second = device.call(Thread::currentThread);

    assertSame(first, second);
    assertEquals("device-0", first.getName());
    assertNotEquals(Thread.currentThread(), first);
  }

  @Test
  void workThatHandsOverMoreWorkDoesNotWaitForItself() {
    int answer = device.call(() -> 40 + device.call(() -> 2));

    assertEquals(42, answer);
  }

  @Test
  void oneDeviceThreadHandsWorkToAnother() {
    try (DeviceThread other = DeviceThread.open("device-1")) {
      String name = device.call(() -> other.call(() -> Thread.currentThread().getName()));

      assertEquals("device-1", name);
    }
  }

  @Test
  void theCauseArrivesAsItWasThrownOrWrappedOnce() {
    IOException checked = new IOException("disk");
    IllegalArgumentException unchecked = new IllegalArgumentException("value");

    Exception wrapped =
        assertThrows(
            UncheckedIOException.class,
            () ->
                device.run(
                    () -> {
                      throw checked;
                    }));
    Exception direct =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                device.run(
                    () -> {
                      throw unchecked;
                    }));
    AssertionError error =
        assertThrows(
            AssertionError.class,
            () ->
                device.run(
                    () -> {
                      throw new AssertionError("claim");
                    }));

    assertSame(checked, wrapped.getCause());
    assertSame(unchecked, direct);
    assertEquals("claim", error.getMessage());
  }

  @Test
  void anInterruptedCallerIsToldAndStaysInterrupted() {
    var release = new CountDownLatch(1); // work that ended before the wait would not be interrupted
    Thread.currentThread().interrupt();

    Exception refusal = assertThrows(IllegalStateException.class, () -> device.run(release::await));

    assertInstanceOf(InterruptedException.class, refusal.getCause());
    assertTrue(Thread.interrupted());
    release.countDown();
  }

  @Test
  void anyOtherThreadIsRefusedByName() {
    IllegalStateException refusal =
        assertThrows(IllegalStateException.class, DeviceThread::require);

    assertTrue(refusal.getMessage().contains(Thread.currentThread().getName()));
    assertTrue(refusal.getMessage().contains("fix: wrap the work in DeviceThread"));
  }

  @Test
  void aVirtualThreadIsRefused() throws Exception {
    try (var virtual = Executors.newVirtualThreadPerTaskExecutor()) {
      Throwable refusal =
          virtual
              .submit(() -> assertThrows(IllegalStateException.class, DeviceThread::require))
              .get();

      assertTrue(refusal.getMessage().contains("VirtualThread"));
    }
  }

  @Test
  void anExecutorOfTheFactoryMakesDeviceThreads() throws Exception {
    try (var executor = Executors.newSingleThreadExecutor(DeviceThread.factory("pinned"))) {
      executor.submit(DeviceThread::require).get();
    }
  }

  @Test
  void aScriptOfAThousandLayersCompilesRunsAndDifferentiates() {
    float slope =
        device.call(
            () -> {
              try (NDManager scope = Torch.start(TorchOptions.cpu()).newScope();
                  Kernel deep = Kernel.compile(scope, layers(1000))) {
                return deep.differentiate(scope, "slope", scope.ones(new Shape()))
                    .singletonOrThrow()
                    .getFloat();
              }
            });

    assertEquals(1f, slope, 1e-3f);
  }

  /** y = x + 1 - 1 + .. through a thousand layers of three operators, and dy/dx. */
  private static KernelSource layers(int count) {
    StringBuilder text =
        new StringBuilder(
            """
            class Deep(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              def slope(self: __torch__.Deep, x: Tensor) -> Tensor:
                leaf = torch.requires_grad_(torch.detach(x))
                y = torch.mul(leaf, 1.0)
            """);
    for (int i = 0; i < count; i++) {
      text.append("    y").append(i).append(" = torch.add(y, 1.0)\n");
      text.append("    z").append(i).append(" = torch.mul(y").append(i).append(", 1.0)\n");
      text.append("    y = torch.sub(z").append(i).append(", 1.0)\n");
    }
    text.append("    g = torch.autograd.grad([torch.sum(y)], [leaf])\n");
    text.append("    return unchecked_cast(Tensor, g[0])\n");
    return new KernelSource("Deep", text.toString(), Map.of());
  }
}
