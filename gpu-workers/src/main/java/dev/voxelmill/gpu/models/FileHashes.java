package dev.voxelmill.gpu.models;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.voxelmill.gpu.nn.folder.ModelFolderException;
import dev.voxelmill.protocols.job.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * SHA-256 of the files that decide what a pipeline's folder computes, in lower-case hexadecimal.
 */
final class FileHashes {
  private static final int BUFFER_BYTES = 1 << 20;
  private static final int DEPTH = 2;
  private static final List<String> ENDINGS = List.of(".safetensors", ".json", ".txt");

  private FileHashes() {}

  /** Of one file. */
  static String of(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = Sha256.digest();
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /**
   * Of a folder: the hash of lines {@code PATH=SHA256} of its weights, configurations and
   * vocabularies, sorted by path. What nobody computes with, such as a text for people, is no part
   * of it.
   *
   * @param expected hashes of some files or all, by their paths in the folder
   * @throws ModelFolderException when a file has another hash than expected
   */
  static String ofFolder(Path folder, Map<String, String> expected) {
    MessageDigest digest = Sha256.digest();
    files(folder)
        .forEach(
            (name, file) -> {
              String hash = of(file);
              requireExpected(file, hash, expected.getOrDefault(name, hash));
              digest.update((name + "=" + hash + "\n").getBytes(UTF_8));
            });
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Refuses a file that is another than its publisher's. */
  static void requireExpected(Path file, String found, String expected) {
    if (!expected.equals(found)) {
      throw new ModelFolderException(file, "sha256", found, expected, "fetch the file again");
    }
  }

  private static SortedMap<String, Path> files(Path folder) {
    SortedMap<String, Path> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder, DEPTH)) {
      all.filter(Files::isRegularFile)
          .filter(file -> ENDINGS.stream().anyMatch(file.toString()::endsWith))
          .forEach(file -> files.put(folder.relativize(file).toString(), file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
    return files;
  }
}
