package dev.voxelmill.gpu.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.OnDeviceThread;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.models.PretrainedModels.Borrowed;
import dev.voxelmill.gpu.nn.diffusers.PrintOptions;
import dev.voxelmill.protocols.model.RegisteredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@OnDeviceThread
class PretrainedModelsTest {
  private static final String HASHED = "unet/config.json";

  @TempDir Path folders;

  private NDManager device;
  private final List<String> story = new ArrayList<>();

  /** What was told about which models are there, oldest first. */
  private final List<Set<String>> resident = new ArrayList<>();

  /** How many models are there, and for how many there is room. */
  private int present;

  private int places = 1;

  /** A model that tells when it comes and goes. */
  private final class Told implements AutoCloseable {
    private final String name;

    private Told(Path folder) {
      name = String.valueOf(folder.getFileName());
      story.add("load " + name);
      present++;
    }

    @Override
    public void close() {
      story.add("unload " + name);
      present--;
    }
  }

  private final PretrainedModels.Type<Told> type =
      new PretrainedModels.Type<>(
          RegisteredModel.Kind.ZERO123, Told.class, (owner, folder, options) -> new Told(folder));

  @BeforeEach
  void open() {
    device = Torch.start(TorchOptions.cpu()).newScope();
  }

  @AfterEach
  void close() {
    device.close();
  }

  @Test
  void aModelStaysUntilAnotherIsLoadedAndNobodyUsesIt() throws IOException {
    PretrainedModels models = models(present("one", Map.of()), present("two", Map.of()));
    models.borrow("one", type).close();
    Borrowed<Told> held = models.borrow("one", type);

    models.borrow("two", type).close();
    held.close();
    models.borrow("two", type).close();
    models.borrow("one", type).close();

    assertEquals(List.of("load one", "load two"), story);
  }

  @Test
  void whatNobodyUsesMakesRoom() throws IOException {
    PretrainedModels models = models(present("one", Map.of()), present("two", Map.of()));

    models.borrow("one", type).close();
    models.borrow("two", type).close();

    assertEquals(List.of("load one", "unload one", "load two"), story);
  }

  @Test
  void theLeastRecentlyUsedLeavesFirstAndOnlyAsManyAsMust() throws IOException {
    places = 2;
    PretrainedModels models =
        models(present("one", Map.of()), present("two", Map.of()), present("three", Map.of()));

    models.borrow("one", type).close();
    models.borrow("two", type).close();
    models.borrow("one", type).close();
    models.borrow("three", type).close();

    assertEquals(List.of("load one", "load two", "unload two", "load three"), story);
    assertEquals(Set.of("one", "three"), resident.getLast(), resident::toString);
  }

  @Test
  void aModelGivenBackTwiceIsGivenBackOnce() throws IOException {
    PretrainedModels models = models(present("one", Map.of()), present("two", Map.of()));
    Borrowed<Told> first = models.borrow("one", type);
    Borrowed<Told> second = models.borrow("one", type);
    first.close();
    first.close();

    models.borrow("two", type);

    assertEquals(List.of("load one", "load two"), story);
    assertEquals("one", second.use().name());
  }

  @Test
  void theUseNamesTheHashOfWhatIsComputedWithAndTheLicence() throws IOException {
    RegisteredModel one = present("one", Map.of());
    RegisteredModel two = present("two", Map.of());
    Files.writeString(two.directory().resolve("README.md"), "for people");
    RegisteredModel three = present("three", Map.of());
    Files.writeString(three.directory().resolve(HASHED), "{ }");
    RegisteredModel linked =
        new RegisteredModel(
            "linked",
            Files.createSymbolicLink(folders.resolve("link"), one.directory()),
            RegisteredModel.Kind.ZERO123,
            "CC0",
            Map.of(),
            List.of());
    PretrainedModels models = models(one, two, three, linked);

    assertEquals("CC0", models.borrow("one", type).use().licence());
    assertEquals(
        models.borrow("one", type).use().sha256(), models.borrow("two", type).use().sha256());
    assertEquals(
        models.borrow("one", type).use().sha256(), models.borrow("linked", type).use().sha256());
    assertNotEquals(
        models.borrow("one", type).use().sha256(), models.borrow("three", type).use().sha256());
  }

  @Test
  void whatCannotBeBorrowedSaysWhatToMend() throws IOException {
    RegisteredModel absent =
        new RegisteredModel(
            "absent",
            folders.resolve("nowhere"),
            RegisteredModel.Kind.ZERO123,
            "CC0",
            Map.of(),
            List.of());
    PretrainedModels models =
        models(
            absent,
            present("mistyped", Map.of("unet.bin", "00".repeat(32))),
            present("other", Map.of(HASHED, "00".repeat(32))),
            plus("plus"));

    assertTrue(refusal(models, "nobody").contains("'nobody', unknown here"));
    assertTrue(refusal(models, "nobody").contains("one of [absent, mistyped, other]"));
    assertTrue(refusal(models, "plus").contains("of kind zero123plus (expected: of kind zero123"));
    assertTrue(refusal(models, "absent").contains("nowhere: folder: missing"));
    assertTrue(refusal(models, "other").contains("config.json: sha256"));
    assertTrue(refusal(models, "mistyped").contains("unet.bin: file: missing"));
  }

  private String refusal(PretrainedModels models, String name) {
    return String.valueOf(
        assertThrows(UnusableModelException.class, () -> models.borrow(name, type)).getMessage());
  }

  private PretrainedModels models(RegisteredModel... known) {
    return new PretrainedModels(
        device, List.of(known), PrintOptions.PLAIN, bytes -> present < places, resident::add);
  }

  private RegisteredModel present(String name, Map<String, String> hashes) throws IOException {
    Path folder = folders.resolve(name);
    Files.createDirectories(folder.resolve("unet"));
    Files.writeString(folder.resolve(HASHED), "{}");
    return new RegisteredModel(
        name, folder, RegisteredModel.Kind.ZERO123, "CC0", hashes, List.of());
  }

  private RegisteredModel plus(String name) {
    return new RegisteredModel(
        name, folders, RegisteredModel.Kind.ZERO123PLUS, "CC0", Map.of(), List.of());
  }
}
