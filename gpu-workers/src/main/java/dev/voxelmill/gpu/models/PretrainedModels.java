package dev.voxelmill.gpu.models;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.SafeTensorsException;
import dev.voxelmill.gpu.nn.diffusers.PrintOptions;
import dev.voxelmill.gpu.nn.folder.ModelFolderException;
import dev.voxelmill.gpu.sampling.SamplerConfigException;
import dev.voxelmill.protocols.model.ModelRegistry;
import dev.voxelmill.protocols.model.RegisteredModel;
import dev.voxelmill.protocols.worker.TaskOutput.ModelUse;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The pretrained models that the tasks of a process compute with, by the names of the registry.
 *
 * <p>A model is loaded when a task first borrows it. Given back, it stays on the device, so that
 * the next task finds it there. When another one is loaded and there is no room for it, those that
 * nobody uses leave, the least recently used first, until there is. The hash of a model's files is
 * computed once per process.
 *
 * <p>Confined to the device thread.
 */
public final class PretrainedModels {
  private final NDManager device;
  private final Map<String, RegisteredModel> known = new TreeMap<>();
  private final PrintOptions options;
  private final Room room;
  private final Consumer<Set<String>> residency;

  /** Least recently borrowed first. */
  private final Map<Key, Resident> residents = new LinkedHashMap<>();

  private final Map<String, ModelUse> uses = new HashMap<>();

  /** What the device can still take. */
  @FunctionalInterface
  public interface Room {
    /** Room without end. */
    Room ENDLESS = bytes -> true;

    /** Whether so many more bytes would fit beside all that is there now. */
    boolean has(long bytes);
  }

  /** How the networks of a folder become a model. */
  @FunctionalInterface
  public interface Loader<T> {
    /** Loads a folder; everything that it puts on the device belongs to the owner. */
    T load(NDManager owner, Path folder, PrintOptions options);
  }

  /**
   * What a task wants to do with a folder.
   *
   * @param kind what the registry must call it
   */
  public record Type<T extends AutoCloseable>(
      RegisteredModel.Kind kind, Class<T> model, Loader<T> loader) {}

  private record Key(String name, Class<?> model) {}

  /**
   * @param device owner of all models
   * @param known what the installation has
   * @param options how networks are printed
   * @param room asked before a model is loaded
   * @param residency told the names of all models that are there whenever they change
   */
  public PretrainedModels(
      NDManager device,
      Collection<RegisteredModel> known,
      PrintOptions options,
      Room room,
      Consumer<Set<String>> residency) {
    this.device = device;
    this.options = options;
    this.room = room;
    this.residency = residency;
    known.forEach(model -> this.known.put(model.name(), model));
  }

  /** Models that stay until the process ends, for one that uses few. */
  public PretrainedModels(
      NDManager device, Collection<RegisteredModel> known, PrintOptions options) {
    this(device, known, options, Room.ENDLESS, names -> {});
  }

  /** No models: for work that needs none. */
  public static PretrainedModels none(NDManager device) {
    return new PretrainedModels(device, List.of(), PrintOptions.PLAIN);
  }

  /** A model in use; it is there until it is closed, which gives it back. */
  public static final class Borrowed<T> implements AutoCloseable {
    private final T model;
    private final Resident resident;
    private boolean returned;

    private Borrowed(T model, Resident resident) {
      this.model = model;
      this.resident = resident;
      resident.borrowers++;
    }

    public T model() {
      return model;
    }

    /** Name, hash and licence, as assets name it. */
    public ModelUse use() {
      return resident.use;
    }

    @Override
    public void close() {
      if (!returned) {
        returned = true;
        resident.borrowers--;
      }
    }
  }

  private static final class Resident {
    private final AutoCloseable model;
    private final NDManager owner;
    private final ModelUse use;
    private int borrowers;

    private Resident(AutoCloseable model, NDManager owner, ModelUse use) {
      this.model = model;
      this.owner = owner;
      this.use = use;
    }

    private void unload() {
      try (owner) {
        model.close();
      } catch (Exception e) {
        throw new IllegalStateException("cannot unload " + use.name(), e);
      }
    }
  }

  /**
   * Borrows a model, loading it if it is not there.
   *
   * @throws UnusableModelException when the name is unknown, names another kind, or its folder is
   *     not whole
   */
  public <T extends AutoCloseable> Borrowed<T> borrow(String name, Type<T> type) {
    RegisteredModel registered = registered(name, type.kind());
    Key key = new Key(name, type.model());
    Resident resident = residents.remove(key);
    if (resident == null) {
      makeRoom(registered);
      resident = load(registered, type.loader());
      residents.put(key, resident);
      tellResidency();
    } else {
      residents.put(key, resident);
    }
    return new Borrowed<>(type.model().cast(resident.model), resident);
  }

  private RegisteredModel registered(String name, RegisteredModel.Kind kind) {
    RegisteredModel registered = known.get(name);
    if (registered != null && registered.kind() == kind) {
      return registered;
    }
    List<String> fitting =
        known.values().stream()
            .filter(model -> model.kind() == kind)
            .map(RegisteredModel::name)
            .toList();
    throw new UnusableModelException(
        "parameters.model: '%s', %s (expected: of kind %s, one of %s; fix: name it in conf/%s)"
            .formatted(
                name,
                registered == null ? "unknown here" : "of kind " + registered.kind().word(),
                kind.word(),
                fitting,
                ModelRegistry.FILE));
  }

  private <T extends AutoCloseable> Resident load(RegisteredModel registered, Loader<T> loader) {
    Path folder = registered.directory();
    NDManager owner = device.newSubManager();
    try {
      if (!Files.isDirectory(folder)) {
        throw new ModelFolderException(
            folder,
            "folder",
            "missing",
            "a diffusers folder",
            "fetch the model, or correct models.%s.directory in conf/%s"
                .formatted(registered.name(), ModelRegistry.FILE));
      }
      T model = loader.load(owner, folder, options);
      return new Resident(model, owner, uses.computeIfAbsent(registered.name(), this::use));
    } catch (ModelFolderException
        | SafeTensorsException
        | SamplerConfigException
        | UncheckedIOException e) {
      owner.close();
      throw new UnusableModelException("model " + registered.name() + ": " + e.getMessage(), e);
    } catch (RuntimeException e) {
      owner.close();
      throw e;
    }
  }

  private ModelUse use(String name) {
    RegisteredModel registered = known.get(name);
    return new ModelUse(
        name,
        FileHashes.ofFolder(registered.directory(), registered.hashes()),
        registered.licence());
  }

  private void makeRoom(RegisteredModel wanted) {
    long bytes = weightBytes(wanted.directory());
    while (!room.has(bytes)) {
      Optional<Key> idle =
          residents.entrySet().stream()
              .filter(entry -> entry.getValue().borrowers == 0)
              .map(Map.Entry::getKey)
              .findFirst();
      if (idle.isEmpty()) {
        return; // what is there is in use; whether the new one fits, loading it will show
      }
      residents.remove(idle.get()).unload();
      tellResidency();
      System.gc(); // files that were computed with as they are stay mapped until a collection
    }
  }

  private void tellResidency() {
    residency.accept(residents.keySet().stream().map(Key::name).collect(Collectors.toSet()));
  }

  /** What the weights take in the precision that they are computed with; 0 of no whole folder. */
  private long weightBytes(Path folder) {
    try {
      return ModelFolder.of(folder).networks().stream()
          .mapToLong(part -> part.kind().print(part.folder(), options).size())
          .map(parameters -> parameters * options.precision().bytes())
          .sum();
    } catch (ModelFolderException notWhole) {
      return 0; // loading says what is wrong
    }
  }
}
