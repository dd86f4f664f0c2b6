package dev.voxelmill.protocols.model;

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
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The models of {@code conf/models.conf}, and which of them may be used. */
public final class ModelRegistry {
  /** Name of the file in the configuration directory. */
  public static final String FILE = "models.conf";

  private static final String ROOT = "models";
  private static final String POLICY = "licences";
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{0,63}");
  private static final Pattern HASH = Pattern.compile("([^=]+)=([0-9a-f]{64})");

  private final Map<String, RegisteredModel> models;
  private final LicencePolicy licences;

  private ModelRegistry(Map<String, RegisteredModel> models, LicencePolicy licences) {
    this.models = models;
    this.licences = licences;
  }

  /** Reads the file of this installation. */
  public static ModelRegistry load() {
    return from(ConfFile.read(FILE));
  }

  /** Reads the sections {@code models} and {@code licences}. */
  public static ModelRegistry from(Config config) {
    Map<String, RegisteredModel> models = new TreeMap<>();
    for (String name : config.getConfig(ROOT).root().keySet()) {
      if (!NAME.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "models: '%s' (expected: lower-case letters, digits, dots and hyphens; fix: conf/%s)"
                .formatted(name, FILE));
      }
      models.put(name, model(config, name));
    }
    Section policy = Section.of(config, POLICY, "conf/" + FILE);
    LicencePolicy licences = new LicencePolicy(policy.texts("allow"));
    policy.requireValid();
    return new ModelRegistry(Collections.unmodifiableMap(models), licences);
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

  /** The licences that this installation may use. */
  public LicencePolicy licences() {
    return licences;
  }

  /**
   * The model of that name, if a request may use it.
   *
   * @param parameter the request's parameter that names it
   * @param kinds that the parameter accepts
   */
  public ModelChoice choose(String parameter, String name, Set<RegisteredModel.Kind> kinds) {
    RegisteredModel model = models.get(name);
    if (model == null) {
      return new ModelChoice.Refused(
          "unknown-model",
          "parameters.%s: '%s' (expected: one of %s; fix: another name, or an entry in conf/%s)"
              .formatted(parameter, name, named(kinds), FILE));
    }
    if (!kinds.contains(model.kind())) {
      return new ModelChoice.Refused(
          "model-kind",
          "parameters.%s: '%s' is a model of kind %s (expected: one of %s)"
              .formatted(parameter, name, model.kind().word(), named(kinds)));
    }
    if (!licences.allows(model.licence())) {
      return new ModelChoice.Refused(
          "licence",
          "parameters.%s: '%s' is under %s (expected: a licence of %s; fix: another model, or licences.allow in conf/%s)"
              .formatted(parameter, name, model.licence(), licences.allowed(), FILE));
    }
    return new ModelChoice.Chosen(model);
  }

  private List<String> named(Set<RegisteredModel.Kind> kinds) {
    return models.values().stream()
        .filter(model -> kinds.contains(model.kind()))
        .map(RegisteredModel::name)
        .toList();
  }
}
