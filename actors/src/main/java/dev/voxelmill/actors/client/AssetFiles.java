package dev.voxelmill.actors.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.ChunkRef;
import dev.voxelmill.protocols.job.FileRef;
import dev.voxelmill.protocols.topic.AssetRecord;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.protocols.topic.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Writes the files of an asset to a directory. A file appears under its name only when its hash is
 * that of the manifest; {@code manifest.json} comes last, so whoever sees it sees all of them.
 */
public final class AssetFiles {
  private static final String MANIFEST = "manifest.json";

  private final InstallationClient client;

  public AssetFiles(InstallationClient client) {
    this.client = client;
  }

  /** The paths that were written, in the order of the manifest. */
  public List<Path> write(AssetRecord asset, Path directory) throws IOException {
    Files.createDirectories(directory);
    List<Path> written = new ArrayList<>();
    try (TopicReader blobs = TopicReader.open(client.installation(), Topic.BLOBS)) {
      for (FileRef file : asset.files()) {
        written.add(put(directory.resolve(file.name()), read(blobs, file.blob())));
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

  private static byte[] read(TopicReader blobs, BlobRef blob) throws IOException {
    byte[] bytes = new byte[Math.toIntExact(blob.size())];
    int filled = 0;
    for (ChunkRef chunk : blob.chunks()) {
      byte[] value =
          blobs
              .at(blob.partition(), chunk.offset())
              .orElseThrow(() -> new IOException("blob " + blob.sha256() + ": a chunk is gone"));
      if (filled + value.length > bytes.length) {
        throw new IOException("blob " + blob.sha256() + ": longer than " + blob.size() + " bytes");
      }
      System.arraycopy(value, 0, bytes, filled, value.length);
      filled += value.length;
    }
    String actual = HexFormat.of().formatHex(sha256().digest(bytes));
    if (!actual.equals(blob.sha256())) {
      throw new IOException("blob " + blob.sha256() + ": its bytes have the hash " + actual);
    }
    return bytes;
  }

  private static Path put(Path target, byte[] bytes) throws IOException {
    Path partial = target.resolveSibling(target.getFileName() + ".part");
    Files.write(partial, bytes);
    return Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
