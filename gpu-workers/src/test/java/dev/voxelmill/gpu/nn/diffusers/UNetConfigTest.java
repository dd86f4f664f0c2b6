package dev.voxelmill.gpu.nn.diffusers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.gpu.nn.folder.ModelFolderException;
import dev.voxelmill.gpu.nn.script.PrintedNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UNetConfigTest {
  private static final String SMALL =
      """
      {"_class_name": "UNet2DConditionModel", "norm_num_groups": 4, "cross_attention_dim": 16,
       "block_out_channels": [8, 16], "attention_head_dim": [2, 4], "layers_per_block": 1,
       "down_block_types": ["CrossAttnDownBlock2D", "DownBlock2D"],
       "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D"] %s}""";

  @TempDir Path folder;

  @Test
  void theUNetOfStableDiffusion2HasItsEightHundredAndSixtySixMillionParameters()
      throws IOException {
    PrintedNetwork printed =
        UNetPrinter.print(
            read(
                """
                {"in_channels": 4, "out_channels": 4, "attention_head_dim": [5, 10, 20, 20],
                 "block_out_channels": [320, 640, 1280, 1280], "cross_attention_dim": 1024,
                 "use_linear_projection": true,
                 "down_block_types": ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D",
                   "CrossAttnDownBlock2D", "DownBlock2D"],
                 "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D",
                   "CrossAttnUpBlock2D"]}"""),
            PrintOptions.PLAIN);

    assertEquals(865_910_724, printed.size());
    assertEquals(686, printed.parameters().size());
  }

  @Test
  void everythingThatIsNotSupportedIsRefusedByItsKey() throws IOException {
    Map<String, String> wrong =
        Map.of(
            "addition_embed_type", ", \"addition_embed_type\": \"text_time\"",
            "num_attention_heads", ", \"num_attention_heads\": 4",
            "mid_block_type", ", \"mid_block_type\": \"UNetMidBlock2DSimpleCrossAttn\"",
            "time_embedding_type", ", \"time_embedding_type\": \"fourier\"",
            "dual_cross_attention", ", \"dual_cross_attention\": true",
            "act_fn", ", \"act_fn\": \"sine\"",
            "downsample_padding", ", \"downsample_padding\": 2",
            "class_embed_type", ", \"class_embed_type\": \"camera\"",
            "in_channels", ", \"in_channels\": 0");

    for (Map.Entry<String, String> one : wrong.entrySet()) {
      String text = SMALL.formatted(one.getValue());
      ModelFolderException refused =
          assertThrows(ModelFolderException.class, () -> read(text), one.getKey());
      assertEquals(one.getKey(), refused.key());
      assertEquals(folder.resolve("config.json"), refused.file());
    }
  }

  @Test
  void anUnknownBlockIsRefusedWithTheKnownOnes() throws IOException {
    String text = SMALL.formatted("").replace("\"DownBlock2D\"", "\"KDownBlock2D\"");

    String message = assertThrows(ModelFolderException.class, () -> read(text)).getMessage();

    assertTrue(message.contains("down_block_types: KDownBlock2D"), message);
    assertTrue(message.contains("CrossAttnDownBlock2D"), message);
  }

  @Test
  void headsAndGroupsDivideTheChannels() throws IOException {
    String heads = SMALL.formatted("").replace("[2, 4]", "[3, 4]");
    String groups = SMALL.formatted("").replace("\"norm_num_groups\": 4", "\"norm_num_groups\": 5");

    assertEquals(
        "attention_head_dim", assertThrows(ModelFolderException.class, () -> read(heads)).key());
    assertEquals(
        "norm_num_groups", assertThrows(ModelFolderException.class, () -> read(groups)).key());
  }

  @Test
  void theSameConfigurationIsPrintedAsTheSameText() throws IOException {
    UNetConfig config = read(SMALL.formatted(""));

    String text = UNetPrinter.print(config, PrintOptions.PLAIN).source().text();

    assertEquals(text, UNetPrinter.print(config, PrintOptions.PLAIN).source().text());
    assertTrue(text.contains("# down_blocks.0: 8 -> 8 channels, 2 heads\n"), text);
  }

  private UNetConfig read(String json) throws IOException {
    Files.writeString(folder.resolve("config.json"), json);
    return UNetConfig.read(folder);
  }
}
