package dev.voxelmill.actors.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.voxelmill.protocols.job.FileRef;
import dev.voxelmill.protocols.topic.AssetRecord;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.storage.blob.BlobStore;
import dev.voxelmill.storage.chunk.ChunkConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Writes the files of an asset to a directory. A file appears under its name only when its hash is
 * that of the manifest; {@code manifest.json} comes last, so whoever sees it sees all of them.
 */
public final class AssetFiles {
  private static final String MANIFEST = "manifest.json";
  private static final Duration READ_LIMIT = Duration.ofSeconds(60);

  private final InstallationClient client;

  public AssetFiles(InstallationClient client) {
    this.client = client;
  }

  /** The paths that were written, in the order of the manifest. */
  public List<Path> write(AssetRecord asset, Path directory)
      throws IOException, InterruptedException {
    Files.createDirectories(directory);
    List<Path> written = new ArrayList<>();
    try (BlobStore blobs = new BlobStore(client.installation(), ChunkConfig.load())) {
      for (FileRef file : asset.files()) {
        written.add(put(directory.resolve(file.name()), read(blobs, file)));
      }
    }
    written.add(put(directory.resolve(MANIFEST), manifest(asset)));
    return written;
  }

  /** The record itself, without the copy of a file that lies beside it. */
  private static byte[] manifest(AssetRecord asset) throws IOException {
    ObjectNode manifest = JsonCodec.mapper().valueToTree(asset);
    manifest.remove("inlineGlbBase64");
    return JsonCodec.mapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest);
  }

  /** The bytes of a file; the store has compared them with the hash. */
  private static byte[] read(BlobStore blobs, FileRef file)
      throws IOException, InterruptedException {
    try {
      return blobs
          .get(file.blob())
          .toCompletableFuture()
          .get(READ_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IOException(file.name() + ": " + e.getCause().getMessage(), e);
    } catch (TimeoutException e) {
      throw new IOException(file.name() + ": not read within " + READ_LIMIT.toSeconds() + " s", e);
    }
  }

  private static Path put(Path target, byte[] bytes) throws IOException {
    Path partial = target.resolveSibling(target.getFileName() + ".part");
    try {
      Files.write(partial, bytes);
      return Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      Files.deleteIfExists(partial);
      throw new IOException(
          target
              + ": not written: "
              + e.getMessage()
              + " (expected: room for "
              + bytes.length
              + " bytes; fix: make some, or fetch to another directory: the asset stays where it is)",
          e);
    }
  }
}
