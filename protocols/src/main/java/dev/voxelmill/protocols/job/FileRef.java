package dev.voxelmill.protocols.job;

/**
 * One file of an asset.
 *
 * @param name file name without directories, such as {@code asset.glb}
 * @param mediaType such as {@code model/gltf-binary}
 * @param blob the bytes
 */
public record FileRef(String name, String mediaType, BlobRef blob) {
  public FileRef {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
      throw new IllegalArgumentException(
          "file name: '" + name + "' (expected: letters, digits, '.', '_' and '-' only)");
    }
  }
}
