package dev.voxelmill.gpu.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.pytorch.jni.JniUtils;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@OnDeviceThread
class TorchTest {
  private final Torch torch = Torch.start(TorchOptions.cpu());

  @Test
  void startingTwiceIsStartingOnce() {
    assertSame(torch, Torch.start(TorchOptions.cpu()));
  }

  @Test
  void otherOptionsInOneProcessAreRefused() {
    TorchOptions other = TorchOptions.cpu().withThreads(2);

    assertThrows(IllegalStateException.class, () -> Torch.start(other));
  }

  @Test
  void threadsAreWhatTheOptionsSayOnEveryDeviceThread() {
    assertEquals(1, JniUtils.getNumThreads());
    assertEquals(1, JniUtils.getNumInteropThreads());
    try (DeviceThread later = DeviceThread.open("later")) {
      assertEquals(1, later.call(JniUtils::getNumThreads));
    }
  }

  @Test
  void theDeviceClassNamesWhatDecidesTheBits() {
    assertEquals("cpu/libtorch-2.7.1/avx2/threads-1", torch.deviceClass());
  }

  @Test
  void anInstructionSetCountsOnlyWhenBothLibrariesArePinned() {
    Map<String, String> aten = Map.of("ATEN_CPU_CAPABILITY", "avx2");
    Map<String, String> onednn = Map.of("ONEDNN_MAX_CPU_ISA", "AVX2");
    Map<String, String> mixed =
        Map.of("ATEN_CPU_CAPABILITY", "default", "ONEDNN_MAX_CPU_ISA", "AVX2");

    assertEquals("isa-native", Torch.instructionSet(Map.of(), false));
    assertEquals("isa-native", Torch.instructionSet(aten, false));
    assertEquals("default+onednn-avx2", Torch.instructionSet(mixed, true));
    for (Map<String, String> environment : List.of(Map.<String, String>of(), aten, onednn)) {
      IllegalStateException refusal =
          assertThrows(IllegalStateException.class, () -> Torch.instructionSet(environment, true));
      assertTrue(refusal.getMessage().contains("ONEDNN_MAX_CPU_ISA"));
    }
  }

  @Test
  void noThreadsAtAllAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new TorchOptions(0, Device.cpu(), false));
  }
}
