package dev.voxelmill.gpu.clip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.gpu.nn.folder.ConfigFile;
import dev.voxelmill.gpu.nn.folder.ModelFolderException;
import dev.voxelmill.gpu.nn.script.Precision;
import dev.voxelmill.gpu.nn.script.PrintedNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClipTowersTest {
  @TempDir Path folder;

  private ConfigFile config(String json) throws IOException {
    return ConfigFile.read(
        Files.writeString(folder.resolve("config.json"), json.replace('\'', '"')));
  }

  @Test
  void stableDiffusionsTextTowerHasItsPublishedSize() throws IOException {
    ConfigFile config =
        config(
            "{'hidden_size': 768, 'intermediate_size': 3072, 'num_attention_heads': 12, 'projection_dim': 768}");

    PrintedNetwork text = ClipTextTower.print(config, false, Precision.FLOAT32, false);

    assertEquals(123_060_480, text.size());
  }

  @Test
  void zero123sVisionTowerHasItsPublishedSize() throws IOException {
    ConfigFile config =
        config(
            "{'hidden_size': 1024, 'intermediate_size': 4096, 'num_hidden_layers': 24,"
                + " 'num_attention_heads': 16, 'patch_size': 14, 'projection_dim': 768}");

    PrintedNetwork vision = ClipVisionTower.print(config, Precision.FLOAT32, false);

    assertEquals(303_966_208, vision.size());
  }

  @Test
  void onlyATracedTowerKeepsWhatItSaw() throws IOException {
    ConfigFile config = config("{'num_hidden_layers': 2}");

    String plain = ClipTextTower.print(config, true, Precision.FLOAT32, false).source().text();
    String traced = ClipTextTower.print(config, true, Precision.FLOAT32, true).source().text();

    assertFalse(plain.contains("hidden_states"));
    assertTrue(traced.contains("hidden_states.2"));
    assertTrue(plain.contains("def quick_gelu"));
    assertFalse(plain.contains("def gelu"));
  }

  @Test
  void whatNoTowerDoesIsRefusedByItsKey() throws IOException {
    ConfigFile activation = config("{'hidden_act': 'relu'}");
    assertEquals(
        "hidden_act",
        assertThrows(
                ModelFolderException.class,
                () -> ClipVisionTower.print(activation, Precision.FLOAT32, false))
            .key());

    ConfigFile heads = config("{'num_attention_heads': 7}");
    assertEquals(
        "num_attention_heads",
        assertThrows(
                ModelFolderException.class,
                () -> ClipTextTower.print(heads, false, Precision.FLOAT32, false))
            .key());

    ConfigFile patch = config("{'patch_size': 32, 'image_size': 16}");
    assertEquals(
        "patch_size",
        assertThrows(
                ModelFolderException.class,
                () -> ClipVisionTower.print(patch, Precision.FLOAT32, false))
            .key());
  }
}
