package dev.voxelmill.protocols.model;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A model that the installation knows.
 *
 * @param name strict: lower-case letters, digits, dots and hyphens
 * @param directory a diffusers folder, present or not
 * @param licence as its publisher states it
 * @param hashes expected SHA-256 of files, lower-case hexadecimal, by their paths in the folder
 * @param alternates repository ids under which the same weights are published
 */
public record RegisteredModel(
    String name,
    Path directory,
    Kind kind,
    String licence,
    Map<String, String> hashes,
    List<String> alternates) {
  /** What a model is used for. */
  public enum Kind {
    STABLE_DIFFUSION,
    ZERO123,
    ZERO123PLUS,
    CONTROL_NET;

    /** The word of configuration files, such as {@code stable-diffusion}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  public RegisteredModel {
    hashes = Collections.unmodifiableMap(new LinkedHashMap<>(hashes));
    alternates = List.copyOf(alternates);
  }
}
