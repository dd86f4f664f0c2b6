package dev.voxelmill.protocols.request;

import static java.util.Objects.requireNonNull;

import java.util.Base64;
import java.util.Optional;

/**
 * A picture as a client sent it; nothing of it but its Base64 has been looked at.
 *
 * @param field of the request that holds it
 * @param base64 the file's bytes, known to be Base64
 * @param mediaType what the client says the picture is
 */
public record SubmittedPicture(String field, String base64, Optional<String> mediaType) {
  public SubmittedPicture {
    requireNonNull(field, "field");
    requireNonNull(base64, "base64");
  }

  /** The file's bytes. */
  public byte[] bytes() {
    return Base64.getDecoder().decode(base64);
  }
}
