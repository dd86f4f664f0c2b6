package dev.voxelmill.gpu.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;

class ModelRegistryTest {
  @Test
  void theShippedFileIsRead() {
    ModelRegistry registry = ModelRegistry.load();

    RegisteredModel model = registry.named("zero123plus-v1.2").orElseThrow();
    assertEquals(RegisteredModel.Kind.ZERO123PLUS, model.kind());
    assertTrue(model.directory().isAbsolute());
    assertTrue(registry.named("../zero123plus-v1.2").isEmpty());
  }

  @Test
  void namesAreNotPaths() {
    for (String name : new String[] {"../x", "A", "a/b", ""}) {
      assertThrows(IllegalArgumentException.class, () -> registry(name, ""), name);
    }
  }

  @Test
  void hashesAreByFile() {
    String hash = "ab".repeat(32);

    RegisteredModel model =
        registry("m", "\"unet/x.safetensors=" + hash + "\"").named("m").orElseThrow();

    assertEquals(hash, model.hashes().get("unet/x.safetensors"));
    assertThrows(IllegalArgumentException.class, () -> registry("m", "\"unet/x=12\""));
  }

  private static ModelRegistry registry(String name, String hashes) {
    String model =
        "models { \"%s\" { directory = /m, kind = zero123plus, licence = CC0, hashes = [%s], alternates = [a/b] } }"
            .formatted(name, hashes);
    return ModelRegistry.from(ConfigFactory.parseString(model));
  }
}
