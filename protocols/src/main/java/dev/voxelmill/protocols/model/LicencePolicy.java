package dev.voxelmill.protocols.model;

import java.util.List;

/**
 * Which licences of models an installation may use.
 *
 * @param allowed as the models name them, or {@link #ANY}
 */
public record LicencePolicy(List<String> allowed) {
  /** Allows every licence. */
  public static final String ANY = "*";

  public LicencePolicy {
    allowed = List.copyOf(allowed);
  }

  /** Whether a model under that licence may be used. */
  public boolean allows(String licence) {
    return allowed.contains(ANY) || allowed.contains(licence);
  }
}
