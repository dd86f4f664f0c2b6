package dev.voxelmill.gpu.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.engine.OnDeviceThread;
import dev.voxelmill.gpu.engine.StoredType;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.nn.diffusers.PrintOptions;
import dev.voxelmill.gpu.nn.diffusers.UNet;
import dev.voxelmill.gpu.nn.diffusers.UNetConfig;
import dev.voxelmill.gpu.nn.diffusers.UNetPrinter;
import dev.voxelmill.gpu.task.MemoryBudget;
import dev.voxelmill.protocols.model.RegisteredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a network takes of memory it gives back: its weights when it goes, a step's at once. */
@OnDeviceThread
class ModelMemoryTest {
  /** Four million parameters: 8 MB stored, 16 MB in float32. */
  private static final String CONFIG =
      """
      {"_class_name": "UNet2DConditionModel", "in_channels": 4, "out_channels": 4,
       "sample_size": 8, "block_out_channels": [64, 128], "layers_per_block": 1,
       "attention_head_dim": 4, "cross_attention_dim": 64, "norm_num_groups": 16,
       "use_linear_projection": true, "act_fn": "silu", "flip_sin_to_cos": true, "freq_shift": 0,
       "down_block_types": ["CrossAttnDownBlock2D", "DownBlock2D"],
       "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D"]}
      """;

  /**
   * An allocator's jitter, and what libtorch's compiler keeps of the first hundred modules. Fifty
   * leaked networks would be six times this, or three as they are stored.
   */
  private static final long LOADING_SLACK_BYTES = 128L << 20;

  /** An allocator's jitter; one leaked map of the widest layer at each step would be more. */
  private static final long STEPPING_SLACK_BYTES = 48L << 20;

  private static final int SIDE = 16;

  @TempDir Path folder;

  private NDManager root;

  @BeforeEach
  void write() throws IOException {
    root = Torch.start(TorchOptions.cpu()).newScope();
    Files.writeString(folder.resolve("config.json"), CONFIG);
    new RandomWeights(StoredType.F16, 1)
        .write(
            folder.resolve("diffusion_pytorch_model.safetensors"),
            UNetPrinter.print(UNetConfig.read(folder), PrintOptions.PLAIN).parameters());
  }

  @AfterEach
  void close() {
    root.close();
  }

  @Test
  void fiftyModelsThatCameAndWentLeaveMemoryFlat() {
    PretrainedModels models =
        new PretrainedModels(
            root,
            List.of(named("one"), named("other")),
            PrintOptions.PLAIN,
            bytes -> false,
            names -> {});
    PretrainedModels.Type<UNet> type =
        new PretrainedModels.Type<>(RegisteredModel.Kind.ZERO123, UNet.class, UNet::load);

    requireFlat(
        10,
        25,
        LOADING_SLACK_BYTES,
        () -> {
          try (PretrainedModels.Borrowed<UNet> one = models.borrow("one", type)) {
            step(one.model());
          }
          try (PretrainedModels.Borrowed<UNet> other = models.borrow("other", type)) {
            step(other.model());
          }
        });
  }

  @Test
  void aThousandStepsLeaveMemoryFlat() {
    try (UNet network = UNet.load(root, folder, PrintOptions.PLAIN)) {
      requireFlat(100, 1000, STEPPING_SLACK_BYTES, () -> step(network));
    }
  }

  private RegisteredModel named(String name) {
    return new RegisteredModel(
        name, folder, RegisteredModel.Kind.ZERO123, "CC0", Map.of(), List.of());
  }

  private void step(UNet network) {
    try (NDManager scope = root.newSubManager()) {
      UNet.Question question =
          UNet.Question.of(
              scope.zeros(new Shape(1, 4, SIDE, SIDE)),
              scope.create(500f),
              scope.zeros(new Shape(1, 2, network.config().contextWidth())));
      assertEquals(new Shape(1, 4, SIDE, SIDE), network.predict(scope, question).getShape());
    }
  }

  private void requireFlat(int warmUp, int times, long slackBytes, Runnable work) {
    for (int i = 0; i < warmUp; i++) {
      work.run();
    }
    int arrays = root.getManagedArrays().size();
    long before = MemoryBudget.residentBytes();
    for (int i = 0; i < times; i++) {
      work.run();
    }
    long growth = MemoryBudget.residentBytes() - before;

    assertEquals(arrays, root.getManagedArrays().size());
    assertTrue(growth < slackBytes, "grew by " + (growth >> 20) + " MiB");
  }
}
