package dev.voxelmill.protocols.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import java.util.Set;
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

  @Test
  void aModelThatNobodyKnowsIsRefusedWithThoseThatAreKnown() {
    ModelChoice.Refused refused = refused(registry("canvas-1", ""), "canvas-2");

    assertEquals("unknown-model", refused.code());
    assertTrue(refused.reason().contains("one of [canvas-1]"), refused.reason());
  }

  @Test
  void aModelOfAnotherKindIsRefused() {
    ModelChoice choice =
        registry("m", "").choose("denoise.model", "m", Set.of(RegisteredModel.Kind.ZERO123));

    assertEquals("model-kind", ((ModelChoice.Refused) choice).code());
  }

  @Test
  void theLicencePolicyDecidesWhichModelsMayBeUsed() {
    assertInstanceOf(ModelChoice.Chosen.class, choice(registry("m", "", "*"), "m"));
    assertInstanceOf(ModelChoice.Chosen.class, choice(registry("m", "", "MIT\", \"CC0"), "m"));

    ModelChoice.Refused refused = refused(registry("m", "", "MIT"), "m");

    assertEquals("licence", refused.code());
    assertTrue(refused.reason().contains("'m' is under CC0"), refused.reason());
  }

  private static ModelChoice choice(ModelRegistry registry, String name) {
    return registry.choose("denoise.model", name, Set.of(RegisteredModel.Kind.ZERO123PLUS));
  }

  private static ModelChoice.Refused refused(ModelRegistry registry, String name) {
    return (ModelChoice.Refused) choice(registry, name);
  }

  private static ModelRegistry registry(String name, String hashes) {
    return registry(name, hashes, LicencePolicy.ANY);
  }

  private static ModelRegistry registry(String name, String hashes, String allowed) {
    String model =
        """
        models { "%s" { directory = /m, kind = zero123plus, licence = CC0, hashes = [%s], alternates = [a/b] } }
        licences { allow = ["%s"] }"""
            .formatted(name, hashes, allowed);
    return ModelRegistry.from(ConfigFactory.parseString(model));
  }
}
