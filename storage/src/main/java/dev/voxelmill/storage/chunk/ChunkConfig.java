package dev.voxelmill.storage.chunk;

import com.typesafe.config.Config;
import dev.voxelmill.protocols.config.ConfFile;
import dev.voxelmill.protocols.config.Section;
import dev.voxelmill.protocols.geometry.ByteSize;
import java.time.Duration;

/**
 * Section {@code chunks} of {@code conf/storage.conf}, which gives each value and its reason.
 *
 * @param size of every chunk but the last
 * @param sendBuffer heap for chunks in flight
 * @param patience how long the brokers may be silent
 * @param fetch how much a reader asks for at once
 * @param zstdLevel of payloads that are worth compressing
 * @param worthwhileSaving share by which a sample must shrink to be compressed at all
 * @param sparseSaving share by which LZ4 must shrink a sample to be enough
 */
public record ChunkConfig(
    ByteSize size,
    ByteSize sendBuffer,
    Duration patience,
    ByteSize fetch,
    int zstdLevel,
    double worthwhileSaving,
    double sparseSaving) {
  private static final String FILE = "storage.conf";
  private static final ByteSize LARGEST = ByteSize.parse("1536KiB");

  /** A chunk and what Kafka and the label add to it. */
  static final ByteSize LARGEST_REQUEST = ByteSize.parse("2MiB");

  /** Reads {@code conf/storage.conf}. */
  public static ChunkConfig load() {
    return from(ConfFile.read(FILE));
  }

  /** Reads the section from configuration that is loaded already. */
  public static ChunkConfig from(Config config) {
    Section chunks = Section.of(config, "chunks", "conf/" + FILE);
    ByteSize size = chunks.positiveSize("size");
    chunks.require("size", size, size.compareTo(LARGEST) <= 0, "at most " + LARGEST);
    ByteSize sendBuffer = chunks.positiveSize("send-buffer");
    chunks.require(
        "send-buffer",
        sendBuffer,
        sendBuffer.bytes() >= 2 * size.bytes(),
        "at least two of chunks.size");
    Duration patience = chunks.positiveDuration("patience");
    ByteSize fetch = chunks.positiveSize("fetch");
    chunks.require(
        "fetch", fetch, fetch.bytes() <= Integer.MAX_VALUE, "at most " + Integer.MAX_VALUE + "B");
    int zstdLevel = chunks.integer("zstd-level", 1, 19);
    double worthwhileSaving = chunks.number("worthwhile-saving", 0, 1);
    double sparseSaving = chunks.number("sparse-saving", 0, 1);
    chunks.requireValid();
    return new ChunkConfig(
        size, sendBuffer, patience, fetch, zstdLevel, worthwhileSaving, sparseSaving);
  }
}
