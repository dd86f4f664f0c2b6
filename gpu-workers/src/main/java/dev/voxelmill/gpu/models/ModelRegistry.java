package dev.voxelmill.gpu.models;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigUtil;
import dev.voxelmill.protocols.config.ConfFile;
import dev.voxelmill.protocols.config.Section;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The models of {@code conf/models.conf}. */
public final class ModelRegistry {
  /** Name of the file in the configuration directory. */
  public static final String FILE = "models.conf";

  private static final String ROOT = "models";
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{0,63}");
  private static final Pattern HASH = Pattern.compile("([^=]+)=([0-9a-f]{64})");

  private final Map<String, RegisteredModel> models;

  private ModelRegistry(Map<String, RegisteredModel> models) {
    this.models = models;
  }

  /** Reads the file of this installation. */
  public static ModelRegistry load() {
    return from(ConfFile.read(FILE));
  }

  /** Reads the section {@code models}. */
  static ModelRegistry from(Config config) {
    Map<String, RegisteredModel> models = new TreeMap<>();
    for (String name : config.getConfig(ROOT).root().keySet()) {
      if (!NAME.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "models: '%s' (expected: lower-case letters, digits, dots and hyphens; fix: conf/%s)"
                .formatted(name, FILE));
      }
      models.put(name, model(config, name));
    }
    return new ModelRegistry(Collections.unmodifiableMap(models));
  }

  private static RegisteredModel model(Config config, String name) {
    Section section = Section.of(config, ConfigUtil.joinPath(ROOT, name), "conf/" + FILE);
    String directory = section.text("directory");
    RegisteredModel.Kind kind = section.choice("kind", RegisteredModel.Kind.class);
    String licence = section.text("licence");
    Collection<String> hashes = section.texts("hashes");
    Collection<String> alternates = section.texts("alternates");
    section.requireValid();
    Map<String, String> byFile = new LinkedHashMap<>();
    for (String hash : hashes) {
      Matcher parts = HASH.matcher(hash);
      if (!parts.matches()) {
        throw new IllegalArgumentException(
            "models.%s.hashes: '%s' (expected: FILE=SHA256 in lower-case hexadecimal; fix: conf/%s)"
                .formatted(name, hash, FILE));
      }
      byFile.put(parts.group(1), parts.group(2));
    }
    return new RegisteredModel(
        name, Path.of(directory), kind, licence, byFile, List.copyOf(alternates));
  }

  /** Every model, by name. */
  public Collection<RegisteredModel> all() {
    return models.values();
  }

  /** The model of that name, if the installation knows one. */
  public Optional<RegisteredModel> named(String name) {
    return Optional.ofNullable(models.get(name));
  }
}
