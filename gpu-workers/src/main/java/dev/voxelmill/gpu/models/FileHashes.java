package dev.voxelmill.gpu.models;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.voxelmill.gpu.nn.folder.ModelFolderException;
import dev.voxelmill.protocols.job.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
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
   * @throws ModelFolderException when a file has another hash than expected, or is not there
   */
  static String ofFolder(Path folder, Map<String, String> expected) {
    MessageDigest digest = Sha256.digest();
    Map<String, String> others = new TreeMap<>(expected);
    files(folder)
        .forEach(
            (name, file) -> {
              String hash = of(file);
              requireExpected(file, hash, expected.getOrDefault(name, hash));
              others.remove(name);
              digest.update((name + "=" + hash + "\n").getBytes(UTF_8));
            });
    others.forEach(
        (name, hash) -> requireExpected(folder.resolve(name), pinned(folder, name), hash));
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Of a file whose hash the registry names. */
  static String pinned(Path folder, String name) {
    Path file = folder.resolve(name);
    if (!Files.isRegularFile(file)) {
      throw new ModelFolderException(
          file,
          "file",
          "missing",
          "every file whose hash is pinned",
          "fetch it, or correct the model's hashes in conf/models.conf");
    }
    return of(file);
  }

  /** Refuses a file that is another than its publisher's. */
  static void requireExpected(Path file, String found, String expected) {
    if (!expected.equals(found)) {
      throw new ModelFolderException(file, "sha256", found, expected, "fetch the file again");
    }
  }

  private static SortedMap<String, Path> files(Path folder) {
    SortedMap<String, Path> files = new TreeMap<>();
    // Folders and files of a hub's cache are links.
    try (Stream<Path> all = Files.walk(folder, DEPTH, FileVisitOption.FOLLOW_LINKS)) {
      all.filter(Files::isRegularFile)
          .filter(file -> ENDINGS.stream().anyMatch(file.toString()::endsWith))
          .forEach(file -> files.put(folder.relativize(file).toString(), file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
    return files;
  }
}
