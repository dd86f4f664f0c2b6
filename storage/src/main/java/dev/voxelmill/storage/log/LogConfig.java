package dev.voxelmill.storage.log;

import com.typesafe.config.Config;
import dev.voxelmill.protocols.config.ConfFile;
import dev.voxelmill.protocols.config.Section;
import java.time.Duration;

/**
 * Section {@code log} of {@code conf/storage.conf}, which gives each value and its reason.
 *
 * @param transactionTimeout after which the brokers abort a silent owner's transaction
 * @param retryBackoff first pause before a refused call is tried again
 * @param retryBackoffMax longest such pause
 * @param patience how long the brokers may be silent
 * @param maxGroup batches that one transaction may hold
 * @param maxWaiting batches that may wait for one
 */
public record LogConfig(
    Duration transactionTimeout,
    Duration retryBackoff,
    Duration retryBackoffMax,
    Duration patience,
    int maxGroup,
    int maxWaiting) {
  private static final String FILE = "storage.conf";

  /** Reads {@code conf/storage.conf}. */
  public static LogConfig load() {
    return from(ConfFile.read(FILE));
  }

  static LogConfig from(Config config) {
    Section log = Section.of(config, "log", "conf/" + FILE);
    Duration transactionTimeout = log.positiveDuration("transaction-timeout");
    Duration retryBackoff = log.positiveDuration("retry-backoff");
    Duration retryBackoffMax = log.positiveDuration("retry-backoff-max");
    log.require(
        "retry-backoff-max",
        retryBackoffMax,
        retryBackoffMax.compareTo(retryBackoff) >= 0,
        "at least log.retry-backoff");
    Duration patience = log.positiveDuration("patience");
    int maxGroup = log.integer("max-group", 1, 100_000);
    int maxWaiting = log.integer("max-waiting", 1, 1_000_000);
    log.requireValid();
    return new LogConfig(
        transactionTimeout, retryBackoff, retryBackoffMax, patience, maxGroup, maxWaiting);
  }
}
